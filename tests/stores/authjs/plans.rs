//! Whether PostgreSQL finds sessions by an index.

use std::time::{Duration, UNIX_EPOCH};

use portcullis::{AuthjsPostgresStore, AuthjsTables, SessionKey, SessionStore};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};

use super::database::{DRIZZLE, OnPostgres, PG, PRISMA};

const USERS: &str = "SELECT number, 'user ' || number FROM generate_series(1, 20000) AS number";

/// How often a table was read from its beginning, as this connection has seen it.
async fn full_reads(pool: &PgPool, table: &str) -> i64 {
    let flush = sqlx::query("SELECT pg_stat_force_next_flush()");
    flush.execute(pool).await.expect("flushed");
    let reads = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = $1";
    let reads = sqlx::query_scalar(reads).bind(table);
    reads.fetch_one(pool).await.expect("counted")
}

/// Every call that a request makes, and how often it read the sessions from the beginning.
async fn full_reads_of_all_calls(url: &str, tables: AuthjsTables, table: &str) -> i64 {
    // One connection, which knows what it has done.
    let pool = PgPoolOptions::new().max_connections(1).connect(url).await;
    let pool = pool.expect("a connection");
    let store = AuthjsPostgresStore::new(pool.clone(), tables).expect("tables");
    // Whoever has checked uses the statements that the check has prepared.
    store.check().await.expect("all there");
    let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
    let key = |number| SessionKey::from_token(&format!("{number:0>32}")).expect("a token");
    let analyze = format!("ANALYZE \"{table}\"");
    let analyzed = sqlx::query(AssertSqlSafe(analyze)).execute(&pool).await;
    analyzed.expect("analyzed");
    let before = full_reads(&pool, table).await;
    let session = store.load(&key(77)).await.expect("asked").expect("there");
    assert_eq!(session.user_id, "77");
    let extended = store
        .extend(&key(77), session.expires, at(2_000_000_000))
        .await;
    assert!(extended.expect("asked"));
    let user = r#"{"name": "Ada"}"#;
    assert!(store.update(&key(77), user).await.expect("asked"));
    let renamed = store
        .rename(&key(77), &key(99_999), at(2_000_000_000))
        .await;
    assert!(renamed.expect("asked"));
    store.create(&session).await.expect("created");
    assert!(store.delete(&key(78)).await.expect("asked"));
    assert_eq!(store.list_user("77").await.expect("asked").len(), 2);
    assert_eq!(store.delete_user("79").await.expect("asked"), 1);
    assert_eq!(store.prune(at(1_800_000_005), 3).await.expect("asked"), 3);
    full_reads(&pool, table).await - before
}

#[tokio::test]
async fn lookups_use_an_index_once_the_recommended_ones_are_there() {
    let sessions = "to_timestamp(1800000000 + number), lpad(number::text, 32, '0')";
    for (schema, tables, users, table, insert) in [
        (
            PG,
            AuthjsTables::pg_adapter(),
            format!("INSERT INTO users (id, name) {USERS}"),
            "sessions",
            r#"("userId", expires, "sessionToken") SELECT number"#,
        ),
        (
            DRIZZLE,
            AuthjsTables::drizzle(),
            format!(r#"INSERT INTO "user" (id, name) {USERS}"#),
            "session",
            r#"("userId", expires, "sessionToken") SELECT number"#,
        ),
        (
            PRISMA,
            AuthjsTables::prisma(),
            format!(
                r#"INSERT INTO "User" (id, email, "updatedAt") SELECT users.*, now() FROM ({USERS}) AS users"#
            ),
            "Session",
            r#"("updatedAt", "userId", expires, "sessionToken") SELECT now(), number"#,
        ),
    ] {
        let database = OnPostgres::with(schema).await;
        database.execute(users).await;
        let insert = format!(
            "INSERT INTO \"{table}\" {insert}, {sessions} FROM generate_series(1, 20000) AS number"
        );
        database.execute(insert).await;
        for index in tables.recommended_indexes() {
            database.execute(index).await;
        }
        let reads = full_reads_of_all_calls(&database.url, tables, table).await;
        assert_eq!(reads, 0, "{table}");
    }
}

#[tokio::test]
async fn without_the_index_the_pg_adapter_reads_every_session() {
    let database = OnPostgres::with(PG).await;
    database
        .execute(format!("INSERT INTO users (id, name) {USERS}"))
        .await;
    let insert = r#"INSERT INTO sessions ("userId", expires, "sessionToken")
        SELECT number, to_timestamp(1800000000 + number), lpad(number::text, 32, '0')
        FROM generate_series(1, 20000) AS number"#;
    database.execute(insert).await;
    let tables = AuthjsTables::pg_adapter();
    let reads = full_reads_of_all_calls(&database.url, tables, "sessions").await;
    assert!(reads >= 8, "{reads}");
}
