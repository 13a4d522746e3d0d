use sqlx::Executor;
use sqlx::sqlite::SqlitePool;

use crate::store::StoreError;

/// What makes the tables, in this order; the version of a database is how many of them it has seen.
const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/1_sessions.sql"),
    include_str!("migrations/2_version.sql"),
];

/// Applies what the database has not seen yet, all of it or nothing.
pub(super) async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    apply(pool).await.map_err(StoreError::unavailable)
}

async fn apply(pool: &SqlitePool) -> sqlx::Result<()> {
    // Whoever migrates at the same time waits here, and finds everything done.
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    transaction
        .execute(
            "CREATE TABLE IF NOT EXISTS portcullis_migrations
             (version INTEGER NOT NULL PRIMARY KEY, applied INTEGER NOT NULL) STRICT",
        )
        .await?;
    let newest = "SELECT coalesce(max(version), 0) FROM portcullis_migrations";
    let newest: i64 = sqlx::query_scalar(newest)
        .fetch_one(&mut *transaction)
        .await?;
    for (version, migration) in (1..).zip(MIGRATIONS) {
        if version <= newest {
            continue;
        }
        transaction.execute(migration).await?;
        sqlx::query("INSERT INTO portcullis_migrations VALUES (?, unixepoch())")
            .bind(version)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}
