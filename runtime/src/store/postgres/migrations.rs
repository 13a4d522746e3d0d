//! The tables, made and changed on request.

use sqlx::postgres::{PgConnection, PgPool};

/// What leads from one version of the tables to the next. They stay as they are for good: databases
/// have been through them.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/1_sessions.sql")];

/// Held while one process migrates: the first 8 bytes of the SHA-256 of `portcullis_migrations`.
const LOCK: i64 = 0x14a4_5c51_c8a0_53b6;

pub(super) async fn migrate(pool: &PgPool) -> Result<(), sqlx::Error> {
    // Who waited for another process must see what that one did.
    let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
    let mut transaction = pool.begin_with(begin).await?;
    lock(&mut transaction).await?;
    let done = version(&mut transaction).await?;
    for (migration, version) in MIGRATIONS.into_iter().zip(1..) {
        if version > done {
            sqlx::raw_sql(migration).execute(&mut *transaction).await?;
            sqlx::query("INSERT INTO portcullis_migrations (version) VALUES ($1)")
                .bind(version)
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await
}

/// Lets other processes wait until the transaction ends. Waiting, and changing a large table, takes its
/// time.
async fn lock(transaction: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        .execute(&mut *transaction)
        .await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(transaction)
        .await?;
    Ok(())
}

/// The last migration that was done, or 0.
async fn version(transaction: &mut PgConnection) -> Result<i32, sqlx::Error> {
    // `CREATE TABLE IF NOT EXISTS` asks for the right to create one even if there is one.
    let begun = sqlx::query_scalar("SELECT to_regclass('portcullis_migrations') IS NOT NULL")
        .fetch_one(&mut *transaction)
        .await?;
    if begun {
        return sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM portcullis_migrations")
            .fetch_one(transaction)
            .await;
    }
    let table = "CREATE TABLE portcullis_migrations (
         version INTEGER     NOT NULL PRIMARY KEY,
         applied TIMESTAMPTZ NOT NULL DEFAULT now()
     )";
    sqlx::raw_sql(table).execute(transaction).await?;
    Ok(0)
}
