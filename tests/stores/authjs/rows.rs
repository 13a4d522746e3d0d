//! Rows as others leave them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis::{AuthjsId, AuthjsTables, SessionKey, SessionStore, StoredSession};

use super::database::{DRIZZLE, DRIZZLE_SQLITE, OnPostgres, OnSqlite, PG, PRISMA};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn key(token: &str) -> SessionKey {
    SessionKey::from_token(token).expect("a token")
}

const TOKEN: &str = "8d3ac8de-7c6a-4d09-b8a4-2f0e8b1f9f55";
/// 2030-01-01T00:00:00Z.
const THEN: u64 = 1_893_456_000;

/// Whoever counts in milliseconds is met by the second.
async fn is_met_by_the_second(store: impl SessionStore) {
    let key = key(TOKEN);
    let session = store.load(&key).await.expect("asked").expect("there");
    assert_eq!(session.expires, at(THEN));
    assert_eq!((session.auth_time, session.remember), (None, true));
    let extend = |seen, expires| store.extend(&key, at(seen), at(expires));
    assert!(!extend(THEN + 1, THEN + 9).await.expect("asked"));
    assert!(extend(THEN, THEN + 9).await.expect("asked"));
    assert!(!extend(THEN, THEN + 20).await.expect("asked"));
    let session = store.load(&key).await.expect("asked").expect("there");
    assert_eq!(session.expires, at(THEN + 9));
}

#[tokio::test]
async fn parts_of_a_second_do_not_count() {
    let database = OnPostgres::with(PG).await;
    let insert = format!(
        r#"INSERT INTO users (name) VALUES ('Ada'); INSERT INTO sessions ("userId", expires, "sessionToken")
        VALUES (1, '2030-01-01T01:00:00.734+01:00', '{TOKEN}')"#
    );
    database.execute(insert).await;
    is_met_by_the_second(database.store(AuthjsTables::pg_adapter())).await;

    let database = OnPostgres::with(PRISMA).await;
    // Wherever the server is.
    let insert = format!(
        r#"ALTER ROLE postgres IN DATABASE {} SET TimeZone = 'Asia/Tokyo';
        INSERT INTO "User" (id, email, "updatedAt") VALUES ('ada', '', now());
        INSERT INTO "Session" ("userId", expires, "sessionToken", "updatedAt")
        VALUES ('ada', '2030-01-01T00:00:00.734', '{TOKEN}', now())"#,
        database.url.rsplit('/').next().expect("a name")
    );
    database.execute(insert).await;
    let pool = sqlx::PgPool::connect(&database.url)
        .await
        .expect("a connection");
    let store = portcullis::AuthjsPostgresStore::new(pool, AuthjsTables::prisma());
    is_met_by_the_second(store.expect("tables")).await;

    let database = OnSqlite::with(DRIZZLE_SQLITE).await;
    let insert = format!(
        r#"INSERT INTO "user" (id) VALUES ('ada');
        INSERT INTO "session" VALUES ('{TOKEN}', 'ada', {THEN}734)"#
    );
    database.execute(insert).await;
    is_met_by_the_second(database.store(AuthjsTables::drizzle_sqlite())).await;
}

#[tokio::test]
async fn a_session_whose_user_is_gone_is_none() {
    let database = OnPostgres::with(PG).await;
    let insert = format!(
        r#"INSERT INTO sessions ("userId", expires, "sessionToken") VALUES (1, '2030-01-01Z', '{TOKEN}')"#
    );
    database.execute(insert).await;
    let (store, key) = (database.store(AuthjsTables::pg_adapter()), key(TOKEN));
    assert_eq!(store.load(&key).await.expect("asked"), None);
    assert_eq!(store.list_user("1").await.expect("asked"), []);
    assert!(
        !store
            .extend(&key, at(THEN), at(THEN + 9))
            .await
            .expect("asked")
    );
    assert!(
        !store
            .update(&key, r#"{"name":"Ada"}"#)
            .await
            .expect("asked")
    );
    let other = SessionKey::from_token(&"a".repeat(43)).expect("a token");
    assert!(!store.rename(&key, &other, at(THEN)).await.expect("asked"));
    assert!(store.delete(&key).await.expect("asked"));
}

#[tokio::test]
async fn ids_of_another_kind_are_nobodys() {
    let uuids = PG
        .replace("id SERIAL PRIMARY KEY, name", "id uuid PRIMARY KEY, name")
        .replace("INTEGER", "uuid");
    let upper = "8D3AC8DE-7C6A-4D09-B8A4-2F0E8B1F9F55";
    let tables = AuthjsTables::pg_adapter;
    for (schema, tables, user, others) in [
        (
            PG,
            tables(),
            "7",
            [
                "",
                "07",
                "+7",
                "7 ",
                "7.0",
                "x",
                "٧",
                "99999999999",
                "9999999999999999999",
                TOKEN,
            ],
        ),
        (
            &uuids,
            tables().id_type(AuthjsId::Uuid),
            TOKEN,
            [
                "",
                "7",
                upper,
                "x",
                " ",
                "{}",
                "é",
                "\0",
                "8d3ac8de7c6a4d09b8a42f0e8b1f9f55",
                "-",
            ],
        ),
        (
            DRIZZLE,
            AuthjsTables::drizzle(),
            "ada",
            ["", "Ada", "ada ", "ada\0", "\0", "ad", "%", "é", "'", "7"],
        ),
    ] {
        let database = OnPostgres::with(schema).await;
        let table = if schema == DRIZZLE {
            "\"user\""
        } else {
            "users"
        };
        database
            .execute(format!("INSERT INTO {table} (id) VALUES ('{user}')"))
            .await;
        let store = database.store(tables);
        let session =
            |id: &str| StoredSession::new(key(TOKEN), id.to_owned(), "{}".to_owned(), at(THEN));
        store.create(&session(user)).await.expect("created");
        for other in others {
            assert_eq!(
                store.list_user(other).await.expect("asked"),
                [],
                "{other:?}"
            );
            assert_eq!(
                store.delete_user(other).await.expect("asked"),
                0,
                "{other:?}"
            );
            let mut session = session(other);
            session.key = key(&"a".repeat(43));
            assert!(store.create(&session).await.is_err(), "{other:?}");
        }
        assert_eq!(store.list_user(user).await.expect("asked").len(), 1);
        assert_eq!(store.delete_user(user).await.expect("asked"), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_corrupt_and_stays() {
    let database = OnPostgres::with(PG).await;
    let insert = format!(
        r#"INSERT INTO users (name) VALUES ('Ada');
        INSERT INTO sessions ("userId", expires, "sessionToken") VALUES (1, 'infinity', '{TOKEN}')"#
    );
    database.execute(insert).await;
    let (store, key) = (database.store(AuthjsTables::pg_adapter()), key(TOKEN));
    assert!(store.load(&key).await.expect_err("no expiry").is_corrupt());
    assert!(
        store
            .list_user("1")
            .await
            .expect_err("no expiry")
            .is_corrupt()
    );
    assert_eq!(store.prune(at(THEN), 10).await.expect("asked"), 0);
    assert!(store.delete(&key).await.expect("asked"));
}

#[tokio::test]
async fn tokens_that_no_cookie_has_are_left_alone() {
    let database = OnPostgres::with(PG).await;
    let insert = r#"
        INSERT INTO users (name) VALUES ('Ada');
        INSERT INTO sessions ("userId", expires, "sessionToken") VALUES (1, '2030-01-01Z', 'short');"#;
    database.execute(insert).await;
    let store = database.store(AuthjsTables::pg_adapter());
    assert_eq!(store.list_user("1").await.expect("asked"), []);
    let hashed = SessionKey::from_bytes([7; 32]);
    assert_eq!(store.load(&hashed).await.expect("asked"), None);
    assert!(!store.delete(&hashed).await.expect("asked"));
    assert_eq!(store.delete_user("1").await.expect("asked"), 1);
}

#[tokio::test]
async fn a_column_that_tells_no_case_lets_no_other_token_in() {
    let schema = DRIZZLE_SQLITE.replace("PRIMARY KEY NOT NULL,", "COLLATE NOCASE PRIMARY KEY,");
    let database = OnSqlite::with(&schema).await;
    let insert = format!(
        r#"INSERT INTO "user" (id) VALUES ('ada');
        INSERT INTO "session" VALUES ('{TOKEN}', 'ada', {THEN}000)"#
    );
    database.execute(insert).await;
    let store = database.store(AuthjsTables::drizzle_sqlite());
    assert!(store.load(&key(TOKEN)).await.expect("asked").is_some());
    let upper = key(&TOKEN.to_uppercase());
    assert_eq!(store.load(&upper).await.expect("asked"), None);
}
