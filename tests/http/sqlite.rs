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
async fn a_session_of_an_unknown_version_is_corrupt_and_stays() {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .expect("memory");
    let store = SqliteStore::with_pool(pool.clone());
    store.migrate().await.expect("tables");
    let app = App::configured(|builder| builder.store(store.clone()));
    let (ada, bob) = (
        app.sign_in(User::new("ada")).await,
        app.sign_in(User::new("bob")).await,
    );
    let set_version = async |version: i64| {
        sqlx::query("UPDATE portcullis_sessions SET version = ? WHERE user_id = 'ada'")
            .bind(version)
            .execute(&pool)
            .await
            .expect("written");
    };
    for unknown in [0, 2, -1, i64::MAX] {
        set_version(unknown).await;
        let answer = app.send(get("/me").header("cookie", &ada)).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.code(), "session_corrupt");
        assert!(answer.cookies().is_empty());
        let other = app.send(get("/me").header("cookie", &bob)).await;
        assert_eq!(other.status, StatusCode::OK, "one session, not the store");
        let listed = store.list_user("ada").await.expect_err("it cannot be read");
        assert!(listed.is_corrupt());
    }
    set_version(1).await;
    let answer = app.send(get("/me").header("cookie", &ada)).await;
    assert_eq!(answer.status, StatusCode::OK, "it was kept");
}
