//! The SQLite store, beyond what every store does.

use http::StatusCode;
use portcullis::{SessionStore, SqliteStore, User};
use portcullis_tests::get;
use sqlx::sqlite::SqlitePoolOptions;

use crate::app::App;

#[tokio::test]
async fn sqlite_keeps_sessions_in_a_file_and_never_their_ids() {
    let path = std::env::temp_dir().join(format!("portcullis-{}.db", std::process::id()));
    let open = || async { SqliteStore::open(&path).await.expect("a file") };
    let store = open().await;
    let app = App::configured(|builder| builder.store(store.clone()));
    let cookie = app.sign_in(User::new(7)).await;
    let id = cookie.replace("session=", "");
    drop(store);
    let reopened = open().await;
    let again = App::configured(|builder| builder.store(reopened.clone()));
    assert_eq!(
        again
            .send(get("/me").header("cookie", &cookie))
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(reopened.delete_user("8").await.expect("an answer"), 0);
    assert_eq!(reopened.delete_user("7").await.expect("an answer"), 1);
    assert_eq!(
        again
            .send(get("/me").header("cookie", &cookie))
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    for suffix in ["", "-wal", "-shm"] {
        let file = path.with_file_name(format!(
            "{}{suffix}",
            path.file_name().expect("a name").display()
        ));
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(
            !bytes
                .windows(id.len())
                .any(|window| window == id.as_bytes()),
            "{}",
            file.display()
        );
        let _ = std::fs::remove_file(file);
    }
}

#[tokio::test]
async fn sqlite_lookups_use_an_index() {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("memory");
    let store = SqliteStore::with_pool(pool.clone()).await.expect("a table");
    SqliteStore::with_pool(pool.clone())
        .await
        .expect("the table is there already");
    drop(store);
    for (condition, index) in [
        ("key = x'00'", "USING PRIMARY KEY"),
        ("user_id = '7'", "portcullis_sessions_user"),
        ("expires <= 0", "portcullis_sessions_expires"),
    ] {
        let query =
            format!("EXPLAIN QUERY PLAN SELECT key FROM portcullis_sessions WHERE {condition}");
        let plan: (i64, i64, i64, String) = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .fetch_one(&pool)
            .await
            .expect("a plan");
        assert!(plan.3.contains(index), "{}", plan.3);
    }
}
