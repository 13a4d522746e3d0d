//! The tables are made on request, by however many processes.

use portcullis::{PostgresStore, SessionStore};
use portcullis_tests::servers::Postgres;

use super::{ask, run, session, text};

const VERSIONS: &str = "SELECT array_agg(version ORDER BY version) FROM portcullis_migrations";

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_together_migrate_once() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let processes = (0..8).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let store = PostgresStore::connect(&url).await?;
            store.migrate().await?;
            store.migrate().await
        })
    });
    for process in processes.collect::<Vec<_>>() {
        process.await.expect("no panic").expect("migrated");
    }
    assert_eq!(ask::<Vec<i32>>(&url, VERSIONS).await, [1]);
}

#[tokio::test]
async fn migrating_leaves_the_applications_own_migrations_and_sessions_alone() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let own =
        "CREATE TABLE _sqlx_migrations (version BIGINT); INSERT INTO _sqlx_migrations VALUES (7)";
    run(&url, own).await;
    let store = PostgresStore::connect(&url).await.expect("a connection");
    store.migrate().await.expect("a table");
    store.create(&session(1, "7")).await.expect("created");
    store.migrate().await.expect("nothing to do");
    let kept = store.load(&session(1, "7").key).await.expect("loaded");
    assert_eq!(kept, Some(session(1, "7")));
    let own: Vec<i64> = ask(&url, "SELECT array_agg(version) FROM _sqlx_migrations").await;
    assert_eq!(own, [7]);
}

#[tokio::test]
async fn without_tables_the_error_says_what_to_call() {
    let postgres = Postgres::shared();
    let store = PostgresStore::connect(&postgres.database()).await;
    let store = store.expect("a connection");
    let error = store.create(&session(1, "7")).await.expect_err("no table");
    assert!(!error.is_corrupt());
    assert!(
        text(&error).contains("PostgresStore::migrate"),
        "{}",
        text(&error)
    );
}

#[tokio::test]
async fn a_migration_that_fails_changes_nothing() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    run(&url, "CREATE TABLE portcullis_sessions (stranger TEXT)").await;
    let store = PostgresStore::connect(&url).await.expect("a connection");
    store.migrate().await.expect_err("the name is taken");
    let is_begun = "SELECT to_regclass('portcullis_migrations') IS NOT NULL";
    assert!(!ask::<bool>(&url, is_begun).await);
    let error = store.create(&session(1, "7")).await.expect_err("no column");
    assert!(
        text(&error).contains("PostgresStore::migrate"),
        "{}",
        text(&error)
    );
}

#[tokio::test]
async fn what_a_later_version_did_stays() {
    let postgres = Postgres::shared();
    let (store, url) = super::store(&postgres).await;
    run(
        &url,
        "INSERT INTO portcullis_migrations (version) VALUES (2)",
    )
    .await;
    store.migrate().await.expect("nothing to do");
    assert_eq!(ask::<Vec<i32>>(&url, VERSIONS).await, [1, 2]);
}

#[tokio::test]
async fn once_migrated_nobody_needs_the_right_to_create_tables() {
    let postgres = Postgres::shared();
    let (_, url) = super::store(&postgres).await;
    let rights = "
        DROP ROLE IF EXISTS app;
        CREATE ROLE app LOGIN;
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT SELECT ON portcullis_migrations TO app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON portcullis_sessions TO app";
    run(&url, rights).await;
    let app = url.replace("postgres@", "app@");
    let store = PostgresStore::connect(&app).await.expect("a connection");
    store.migrate().await.expect("nothing to do");
    store.create(&session(1, "7")).await.expect("created");
}

#[tokio::test]
async fn the_tables_can_lie_in_another_schema() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    run(&url, "CREATE SCHEMA auth").await;
    let address = format!("{url}?options[search_path]=auth");
    let store = PostgresStore::connect(&address).await.expect("connected");
    store.migrate().await.expect("a table");
    store.create(&session(1, "7")).await.expect("created");
    let there: i64 = ask(&url, "SELECT count(*) FROM auth.portcullis_sessions").await;
    assert_eq!(there, 1);
}
