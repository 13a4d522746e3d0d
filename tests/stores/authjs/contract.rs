//! The contract of session stores, on every layout.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use portcullis::testing::store_contract;
use portcullis::{
    AuthjsColumn, AuthjsId, AuthjsSessionId, AuthjsTables, AuthjsTimestamp, CachedStore,
    SessionStore,
};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use super::database::{DRIZZLE, DRIZZLE_SQLITE, OnPostgres, OnSqlite, PG, PRISMA};

/// Runs the contract by two stores on one database, which `make` makes users in: it is told the id
/// that is wanted, and gives the one that the user has got. Then once more with a cache in front.
async fn kept<S, F, Fut>(store: impl Fn() -> S, races: u32, make: F)
where
    S: SessionStore + Clone,
    F: Fn(String) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = String> + Send + 'static,
{
    let contract = store_contract(store()).beside(store()).users(make.clone());
    let report = contract.derives_users().races(races).run().await;
    report.assert();
    let cached = CachedStore::new(store(), Duration::from_secs(30));
    let contract = store_contract(cached).users(make).derives_users();
    contract.races(races.div_ceil(3)).run().await.assert();
}

async fn with_indexes(schema: &str, tables: &AuthjsTables) -> OnPostgres {
    let database = OnPostgres::with(schema).await;
    for index in tables.recommended_indexes() {
        database.execute(index).await;
    }
    database
}

async fn on_sqlite_with_indexes(schema: &str, tables: &AuthjsTables) -> OnSqlite {
    let database = OnSqlite::with(schema).await;
    for index in tables.recommended_indexes() {
        database.execute(index).await;
    }
    database
}

/// `insert` gives the new user's id as text.
async fn made(pool: PgPool, insert: &'static str, wanted: String) -> String {
    let inserted = sqlx::query_scalar(AssertSqlSafe(insert)).bind(wanted);
    inserted.fetch_one(&pool).await.expect("a user")
}

async fn made_on_sqlite(pool: SqlitePool, wanted: String) -> String {
    let inserted = sqlx::query_scalar(r#"INSERT INTO "user" (id) VALUES (?) RETURNING id"#);
    inserted
        .bind(wanted)
        .fetch_one(&pool)
        .await
        .expect("a user")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_the_pg_adapter_keep_the_contract() {
    let tables = AuthjsTables::pg_adapter().role_column("role");
    let database = with_indexes(PG, &tables).await;
    let pool = database.pool.clone();
    let insert = "INSERT INTO users (name) VALUES ($1) RETURNING id::text";
    let store = || database.store(tables.clone());
    kept(store, 300, move |wanted| made(pool.clone(), insert, wanted)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_drizzle_keep_the_contract() {
    let tables = AuthjsTables::drizzle().role_column("role");
    let database = with_indexes(DRIZZLE, &tables).await;
    let pool = database.pool.clone();
    let insert = r#"INSERT INTO "user" (id) VALUES ($1) RETURNING id"#;
    let store = || database.store(tables.clone());
    kept(store, 300, move |wanted| made(pool.clone(), insert, wanted)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_prisma_keep_the_contract() {
    let tables = AuthjsTables::prisma().role_column("role");
    let database = with_indexes(PRISMA, &tables).await;
    let pool = database.pool.clone();
    let insert =
        r#"INSERT INTO "User" ("id", "email", "updatedAt") VALUES ($1, $1, now()) RETURNING "id""#;
    let store = || database.store(tables.clone());
    kept(store, 300, move |wanted| made(pool.clone(), insert, wanted)).await;
}

/// The documentation's example of other names, with the `id` of earlier versions.
#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_prisma_with_names_of_ones_own_keep_the_contract() {
    let schema = r#"
        CREATE SCHEMA auth;
        CREATE TABLE auth.users (id text PRIMARY KEY, name text, email_address text, image text);
        CREATE TABLE auth.sessions (
            id text PRIMARY KEY, session_token text NOT NULL UNIQUE,
            user_id text NOT NULL REFERENCES auth.users ON DELETE CASCADE,
            expires timestamp(3) NOT NULL
        );"#;
    let tables = AuthjsTables::prisma()
        .without_updated_at()
        .session_ids(AuthjsSessionId::Cuid)
        .schema("auth")
        .users_table("users")
        .sessions_table("sessions")
        .column(AuthjsColumn::UserEmail, "email_address")
        .column(AuthjsColumn::SessionToken, "session_token")
        .column(AuthjsColumn::SessionUserId, "user_id");
    let database = with_indexes(schema, &tables).await;
    let pool = database.pool.clone();
    let insert = "INSERT INTO auth.users (id) VALUES ($1) RETURNING id";
    let store = || database.store(tables.clone());
    kept(store, 50, move |wanted| made(pool.clone(), insert, wanted)).await;
}

/// Everything that no preset has.
#[tokio::test(flavor = "multi_thread")]
async fn uuids_and_milliseconds_on_postgres_keep_the_contract() {
    let schema = r#"
        CREATE TABLE "we ""ird" (
            "id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "the 'name'" text, "email" text,
            "image" text, "changed" bigint
        );
        CREATE TABLE "session; --" (
            "id" uuid PRIMARY KEY, "sessionToken" text NOT NULL, "userId" uuid NOT NULL,
            "expires" bigint NOT NULL, "signedIn" bigint, "strength" text, "changed" bigint NOT NULL
        );"#;
    let tables = AuthjsTables::pg_adapter()
        .users_table("we \"ird")
        .sessions_table("session; --")
        .column(AuthjsColumn::UserName, "the 'name'")
        .id_type(AuthjsId::Uuid)
        .session_ids(AuthjsSessionId::Uuid)
        .timestamps(AuthjsTimestamp::Milliseconds)
        .updated_at_column("changed")
        .auth_time_column("signedIn")
        .acr_column("strength");
    let database = with_indexes(schema, &tables).await;
    let pool = database.pool.clone();
    let insert = r#"INSERT INTO "we ""ird" ("email") VALUES ($1) RETURNING "id"::text"#;
    let store = || database.store(tables.clone());
    kept(store, 50, move |wanted| made(pool.clone(), insert, wanted)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_drizzle_on_sqlite_keep_the_contract() {
    let tables = AuthjsTables::drizzle_sqlite().role_column("role");
    let database = on_sqlite_with_indexes(DRIZZLE_SQLITE, &tables).await;
    let pool = database.pool.clone();
    let store = || database.store(tables.clone());
    kept(store, 300, move |wanted| {
        made_on_sqlite(pool.clone(), wanted)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn iso_texts_on_sqlite_keep_the_contract() {
    let tables = AuthjsTables::drizzle_sqlite().timestamps(AuthjsTimestamp::IsoText);
    let database =
        on_sqlite_with_indexes(&DRIZZLE_SQLITE.replace("integer", "text"), &tables).await;
    let pool = database.pool.clone();
    let store = || database.store(tables.clone());
    kept(store, 50, move |wanted| {
        made_on_sqlite(pool.clone(), wanted)
    })
    .await;
}

/// Integer ids, made by SQLite.
#[tokio::test(flavor = "multi_thread")]
async fn seconds_and_integers_on_sqlite_keep_the_contract() {
    let schema = r#"
        CREATE TABLE "user" (id INTEGER PRIMARY KEY, name text, email text, image text);
        CREATE TABLE "session" (
            "sessionToken" text PRIMARY KEY, "userId" integer NOT NULL, "expires" integer NOT NULL
        ) STRICT;"#;
    let tables = AuthjsTables::drizzle_sqlite()
        .id_type(AuthjsId::Integer)
        .timestamps(AuthjsTimestamp::Seconds);
    let database = on_sqlite_with_indexes(schema, &tables).await;
    let pool = database.pool.clone();
    let number = Arc::new(AtomicU32::new(0));
    let store = || database.store(tables.clone());
    let make = move |_| {
        let id = number.fetch_add(1, Ordering::Relaxed).to_string();
        made_on_sqlite_numbered(pool.clone(), id)
    };
    kept(store, 50, make).await;
}

async fn made_on_sqlite_numbered(pool: SqlitePool, id: String) -> String {
    let insert =
        r#"INSERT INTO "user" (id) VALUES (CAST(? AS integer)) RETURNING CAST(id AS text)"#;
    let inserted = sqlx::query_scalar(insert).bind(id);
    inserted.fetch_one(&pool).await.expect("a user")
}
