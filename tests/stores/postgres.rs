//! The PostgreSQL store, beyond what every store does.

mod channel;
mod faults;
mod migrations;
mod plans;
mod prune;

use std::time::{Duration, SystemTime};

use axum::response::IntoResponse;
use portcullis::testing::store_contract;
use portcullis::{PostgresStore, SessionKey, SessionStore, StoreError, StoredSession, User};
use portcullis_tests::servers::Postgres;
use portcullis_tests::{FakeClock, builder};
use sqlx::{Connection, PgConnection, PgPool};

/// A store in a new database, and the address of that.
pub async fn store(postgres: &Postgres) -> (PostgresStore, String) {
    let url = postgres.database();
    let store = PostgresStore::connect(&url).await.expect("a connection");
    store.migrate().await.expect("a table");
    (store, url)
}

/// A session of that user that lasts longer than any test.
pub fn session(number: u8, user_id: &str) -> StoredSession {
    let key = SessionKey::from_bytes([number; 32]);
    let user = format!(r#"{{"id":"{user_id}"}}"#);
    StoredSession::new(key, user_id.to_owned(), user, seconds(4_000_000_000))
}

/// That many seconds after the Unix epoch.
pub fn seconds(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Runs statements past the store.
pub async fn run(url: &str, statements: &'static str) {
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    sqlx::raw_sql(statements)
        .execute(&mut connection)
        .await
        .expect("done");
}

/// Asks for one value past the store.
pub async fn ask<T>(url: &str, query: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let value = sqlx::query_scalar(query).fetch_one(&mut connection).await;
    value.expect("a value")
}

/// What an error says, with all that lies behind it.
pub fn text(error: &StoreError) -> String {
    format!("{error}: {error:?}")
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_the_contract() {
    let postgres = Postgres::shared();
    let (_, url) = store(&postgres).await;
    // It gives up more calls than any application, and on a busy machine the connections that these
    // cost may take longer to make anew than requests wait.
    let pool = async || PgPool::connect(&url).await.expect("a connection");
    let store = PostgresStore::with_pool(pool().await);
    let beside = PostgresStore::with_pool(pool().await);
    store_contract(store).beside(beside).run().await.assert();
}

#[tokio::test]
async fn ids_are_never_stored_in_clear() {
    let postgres = Postgres::shared();
    let (store, url) = store(&postgres).await;
    let auth = builder(&FakeClock::default()).store(store).build();
    let auth = auth.expect("a configuration");
    let signed_in = auth.sign_in(User::new(7)).await.expect("signed in");
    let response = (signed_in, ()).into_response();
    let cookie = response.headers()["set-cookie"].to_str().expect("text");
    let id = cookie.split(['=', ';']).nth(1).expect("an id");
    assert_eq!(id.len(), 43, "{cookie}");

    let dump = "SELECT string_agg(s::text, '\n') FROM portcullis_sessions s";
    let dump: String = ask(&url, dump).await;
    assert!(dump.contains("\"\"7\"\""), "{dump}");
    assert!(!dump.contains(id), "{dump}");
    let mut connection = PgConnection::connect(&url).await.expect("a connection");
    let hex = "SELECT encode(decode(translate($1, '-_', '+/') || '=', 'base64'), 'hex')";
    let hex: String = sqlx::query_scalar(hex)
        .bind(id)
        .fetch_one(&mut connection)
        .await
        .expect("the bytes of the id");
    assert_eq!(hex.len(), 64);
    assert!(!dump.contains(&hex), "{dump}");
}

#[tokio::test]
async fn a_session_of_an_unknown_version_is_corrupt_and_kept() {
    let postgres = Postgres::shared();
    let (store, url) = store(&postgres).await;
    let (unknown, known) = (session(1, "7"), session(2, "8"));
    store.create(&unknown).await.expect("created");
    store.create(&known).await.expect("created");
    run(
        &url,
        "UPDATE portcullis_sessions SET version = 2 WHERE user_id = '7'",
    )
    .await;

    let error = store.load(&unknown.key).await.expect_err("unreadable");
    assert!(error.is_corrupt());
    assert!(text(&error).contains("version 2"), "{}", text(&error));
    assert!(
        store
            .list_user("7")
            .await
            .expect_err("unreadable")
            .is_corrupt()
    );
    assert_eq!(store.load(&known.key).await.expect("read"), Some(known));
    let kept: i64 = ask(&url, "SELECT count(*) FROM portcullis_sessions").await;
    assert_eq!(kept, 2);
    assert!(store.delete(&unknown.key).await.expect("deleted"));
}

#[tokio::test]
async fn nothing_shows_the_password() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let url = url.replace("postgres@", "postgres:hunter2@");
    let store = PostgresStore::connect(&url).await.expect("a connection");
    assert!(!format!("{store:?}").contains("hunter2"));
    let nowhere = url.replace("/test_", "/nowhere_");
    for wrong in [
        &nowhere,
        "postgres://u:hunter2@127.0.0.1:1/d",
        "redis://u:hunter2@h:x",
    ] {
        let error = PostgresStore::connect(wrong).await.expect_err("nobody");
        assert!(!text(&error).contains("hunter2"), "{}", text(&error));
    }
}
