//! The SQLite store, beyond what every store does.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use portcullis::{SessionKey, SessionStore, SqliteStore, StoredSession};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use tokio::time::timeout;

async fn memory() -> SqlitePool {
    SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("memory")
}

async fn migrations(pool: &SqlitePool) -> Vec<i64> {
    let query = "SELECT version FROM portcullis_migrations ORDER BY version";
    sqlx::query_scalar(query)
        .fetch_all(pool)
        .await
        .expect("recorded")
}

async fn run(pool: &SqlitePool, sql: &'static str) {
    sqlx::raw_sql(sql).execute(pool).await.expect("done");
}

#[tokio::test]
async fn every_lookup_uses_an_index() {
    let pool = memory().await;
    SqliteStore::with_pool(pool.clone())
        .migrate()
        .await
        .expect("tables");
    for (statement, index) in [
        (
            "SELECT user FROM portcullis_sessions WHERE key = x'00'",
            "PRIMARY KEY",
        ),
        (
            "SELECT key FROM portcullis_sessions WHERE user_id = '7'",
            "portcullis_sessions_user",
        ),
        (
            "SELECT key FROM portcullis_sessions WHERE expires <= 0",
            "portcullis_sessions_expires",
        ),
        (
            "UPDATE portcullis_sessions SET expires = 2 WHERE key = x'00' AND expires = 1",
            "PRIMARY KEY",
        ),
        (
            "UPDATE portcullis_sessions SET user = '{}' WHERE key = x'00'",
            "PRIMARY KEY",
        ),
        (
            "DELETE FROM portcullis_sessions WHERE key = x'00'",
            "PRIMARY KEY",
        ),
        (
            "DELETE FROM portcullis_sessions WHERE user_id = '7'",
            "portcullis_sessions_user",
        ),
        (
            "DELETE FROM portcullis_sessions WHERE key IN
             (SELECT key FROM portcullis_sessions WHERE expires <= 0 ORDER BY expires LIMIT 500)",
            "portcullis_sessions_expires",
        ),
    ] {
        let query = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(query)
            .fetch_all(&pool)
            .await
            .expect("a plan");
        let plan: Vec<_> = plan.into_iter().map(|step| step.3).collect();
        assert!(
            plan.iter().any(|step| step.contains(index)),
            "{statement}: {plan:?}"
        );
        assert!(
            !plan.iter().any(|step| step.contains("SCAN")),
            "{statement}: {plan:?}"
        );
        assert!(
            !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{statement}: {plan:?}"
        );
    }
}

#[tokio::test]
async fn the_tables_of_an_application_are_made_on_request() {
    let pool = memory().await;
    run(
        &pool,
        "CREATE TABLE users (id INTEGER); PRAGMA user_version = 7",
    )
    .await;
    let store = SqliteStore::with_pool(pool.clone());
    let early = store.delete_user("7").await.expect_err("there is no table");
    assert!(!early.is_corrupt());
    for _ in 0..3 {
        store.migrate().await.expect("tables");
        assert_eq!(migrations(&pool).await, [1, 2]);
    }
    assert_eq!(store.delete_user("7").await.expect("an answer"), 0);
    let foreign = "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE '%portcullis_%'";
    let foreign: i64 = sqlx::query_scalar(foreign)
        .fetch_one(&pool)
        .await
        .expect("counted");
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&pool)
        .await
        .expect("told");
    assert_eq!(
        (foreign, version),
        (1, 7),
        "what is the application's stays as it was"
    );
}

#[tokio::test]
async fn sessions_of_an_earlier_release_are_kept() {
    let pool = memory().await;
    run(
        &pool,
        "CREATE TABLE portcullis_sessions (
            key BLOB NOT NULL PRIMARY KEY, user_id TEXT NOT NULL, user TEXT NOT NULL,
            auth_time INTEGER, acr TEXT, remember INTEGER NOT NULL, expires INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;
         INSERT INTO portcullis_sessions
         VALUES (x'0707070707070707070707070707070707070707070707070707070707070707',
                 'ada', '{}', NULL, 'phr', 1, 4000000000)",
    )
    .await;
    let store = SqliteStore::with_pool(pool.clone());
    store.migrate().await.expect("tables");
    assert_eq!(migrations(&pool).await, [1, 2]);
    let session = store
        .load(&SessionKey::from_bytes([7; 32]))
        .await
        .expect("an answer");
    let session = session.expect("it was kept");
    assert_eq!(
        (session.user_id.as_str(), session.acr.as_deref()),
        ("ada", Some("phr"))
    );
}

#[tokio::test]
async fn tables_of_a_later_release_are_left_alone() {
    let pool = memory().await;
    let store = SqliteStore::with_pool(pool.clone());
    store.migrate().await.expect("tables");
    run(&pool, "INSERT INTO portcullis_migrations VALUES (99, 0)").await;
    store.migrate().await.expect("nothing to do");
    assert_eq!(migrations(&pool).await, [1, 2, 99]);
}

#[tokio::test]
async fn a_file_that_somebody_writes_to_is_opened_when_they_are_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sessions.db");
    let options = SqliteConnectOptions::new().filename(&path);
    let other = SqlitePool::connect_with(options.create_if_missing(true))
        .await
        .expect("a file");
    run(&other, "CREATE TABLE posts (id INTEGER)").await;
    let writing = other.begin_with("BEGIN IMMEDIATE").await.expect("begun");
    let mut opening = pin!(SqliteStore::open(&path));
    let early = timeout(Duration::from_millis(100), &mut opening).await;
    assert!(early.is_err(), "{early:?}");
    writing.commit().await.expect("done");
    opening.await.expect("opened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_opened_by_many_at_the_same_time() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sessions.db");
        let mut opening = tokio::task::JoinSet::new();
        for number in 0..8 {
            let path = path.clone();
            opening.spawn(async move {
                let store = SqliteStore::open(path).await?;
                let key = SessionKey::from_bytes([number; 32]);
                let user = "{}".to_owned();
                let session = StoredSession::new(key, "7".to_owned(), user, SystemTime::now());
                store.create(&session).await
            });
        }
        for opened in opening.join_all().await {
            opened.expect("opened and written");
        }
        let store = SqliteStore::open(&path).await.expect("a file");
        assert_eq!(store.list_user("7").await.expect("an answer").len(), 8);
    }
}

#[tokio::test]
async fn what_is_in_memory_is_each_stores_own_and_goes_with_it() {
    let (one, other) = (
        SqliteStore::in_memory().await,
        SqliteStore::in_memory().await,
    );
    let (one, other) = (one.expect("memory"), other.expect("memory"));
    let key = SessionKey::from_bytes([7; 32]);
    let session = StoredSession::new(
        key.clone(),
        "7".to_owned(),
        "{}".to_owned(),
        SystemTime::now(),
    );
    let clone = one.clone();
    one.create(&session).await.expect("created");
    drop(one);
    assert!(clone.load(&key).await.expect("an answer").is_some());
    assert!(other.load(&key).await.expect("an answer").is_none());
}

#[tokio::test]
async fn what_is_no_database_is_not_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "remember the milk ".repeat(1000)).expect("written");
    let error = SqliteStore::open(&path).await.expect_err("no database");
    assert!(!error.is_corrupt());
    assert_eq!(error.to_string(), "the session store is unavailable");
}
