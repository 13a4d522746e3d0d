//! Processes that prune one table do not wait for each other, nor for anybody else.

use std::time::Duration;

use portcullis::{PostgresStore, SessionStore};
use portcullis_tests::servers::Postgres;
use sqlx::{Connection, PgConnection};

use super::{ask, run, seconds};

const EXPIRED: &str = "
    INSERT INTO portcullis_sessions
    SELECT sha256(n::text::bytea), 1, n::text, '{}', NULL, NULL, true, n FROM generate_series(1, 1000) n";

#[tokio::test]
async fn pruning_passes_what_another_transaction_holds() {
    let postgres = Postgres::shared();
    let (store, url) = super::store(&postgres).await;
    run(&url, EXPIRED).await;
    let mut other = PgConnection::connect(&url).await.expect("a connection");
    let mut transaction = other.begin().await.expect("a transaction");
    sqlx::query("SELECT FROM portcullis_sessions WHERE expires <= 10 FOR UPDATE")
        .execute(&mut *transaction)
        .await
        .expect("locked");
    let prune = store.prune(seconds(100), 1_000);
    let pruned = tokio::time::timeout(Duration::from_secs(60), prune).await;
    assert_eq!(pruned.expect("nobody waits").expect("pruned"), 90);
    transaction.rollback().await.expect("let go");
    assert_eq!(store.prune(seconds(100), 1_000).await.expect("pruned"), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_share_the_work_and_count_each_session_once() {
    let postgres = Postgres::shared();
    let (_, url) = super::store(&postgres).await;
    run(&url, EXPIRED).await;
    let processes = (0..4).map(|_| {
        let url = url.clone();
        tokio::spawn(async move {
            let store = PostgresStore::connect(&url).await?;
            let mut pruned = 0;
            for _ in 0..50 {
                pruned += store.prune(seconds(900), 20).await?;
            }
            Ok::<_, portcullis::StoreError>(pruned)
        })
    });
    let mut pruned = 0;
    for process in processes.collect::<Vec<_>>() {
        pruned += process.await.expect("no panic").expect("pruned");
    }
    assert_eq!(pruned, 900);
    let left: i64 = ask(&url, "SELECT min(expires) FROM portcullis_sessions").await;
    assert_eq!(left, 901);
}
