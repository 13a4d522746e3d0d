//! The contract of session stores, of stores that are cached: all of it holds within one process.

use std::time::{Duration, UNIX_EPOCH};

use portcullis::testing::store_contract;
use portcullis::{
    AuthjsTables, CachedStore, MemoryStore, PostgresChannel, PostgresStore, SessionKey,
    SessionStore, SqliteStore, StoredSession,
};
use portcullis_tests::servers::Postgres;
use sqlx::PgPool;

use super::BOUND;
use super::bus::Bus;
use crate::authjs::database::{DRIZZLE_SQLITE, OnSqlite};

#[tokio::test(flavor = "multi_thread")]
async fn cached_postgres_keeps_the_contract() {
    let postgres = Postgres::shared();
    let pool = PgPool::connect(&postgres.database()).await.expect("a pool");
    let store = PostgresStore::with_pool(pool.clone());
    store.migrate().await.expect("a table");
    let cached = CachedStore::new(store, BOUND).channel(PostgresChannel::new(pool));
    store_contract(cached).races(200).run().await.assert();
}

async fn keeps_the_contract_on(database: &'static str, tables: AuthjsTables) {
    let database = OnSqlite::with(database).await;
    for index in tables.recommended_indexes() {
        database.execute(index).await;
    }
    let pool = database.pool.clone();
    let user = move |wanted: String| {
        let pool = pool.clone();
        async move {
            let inserted = sqlx::query_scalar(r#"INSERT INTO "user" (id) VALUES (?) RETURNING id"#);
            inserted
                .bind(wanted)
                .fetch_one(&pool)
                .await
                .expect("a user")
        }
    };
    let cached = CachedStore::new(database.store(tables), BOUND);
    let contract = store_contract(cached).derives_users().users(user);
    contract.races(100).run().await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_tables_of_auth_js_keep_the_contract() {
    keeps_the_contract_on(DRIZZLE_SQLITE, AuthjsTables::drizzle_sqlite()).await;
}

#[tokio::test]
async fn a_user_whom_sessions_share_changes_in_all_of_them() {
    let database = OnSqlite::with(DRIZZLE_SQLITE).await;
    database
        .execute(r#"INSERT INTO "user" (id, name) VALUES ('7', 'old')"#)
        .await;
    let cached = CachedStore::new(database.store(AuthjsTables::drizzle_sqlite()), BOUND);
    let keys = ["one-token-of-one-user", "another-token-of-them"].map(SessionKey::from_token);
    let keys: Vec<_> = keys.into_iter().flatten().collect();
    let ends = UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    for key in &keys {
        let session = StoredSession::new(key.clone(), "7".into(), "{}".into(), ends);
        cached.create(&session).await.expect("created");
        cached.load(key).await.expect("asked").expect("there");
    }
    let changed = cached.update(&keys[0], r#"{"id":"7","name":"new"}"#).await;
    assert!(changed.expect("asked"));
    for key in &keys {
        let seen = cached.load(key).await.expect("asked").expect("there");
        assert!(seen.user.contains("new"), "{}", seen.user);
    }
}

async fn keeps_the_contract(store: impl SessionStore + Clone) {
    let cached = CachedStore::new(store, BOUND);
    store_contract(cached.clone()).run().await.assert();
    let told = cached.capacity(10).channel(Bus::default());
    store_contract(told).run().await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_memory_keeps_the_contract() {
    keeps_the_contract(MemoryStore::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_sqlite_keeps_the_contract() {
    let store = SqliteStore::in_memory().await.expect("memory");
    keeps_the_contract(store).await;
}
