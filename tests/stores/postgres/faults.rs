//! A server that stands still, dies and comes back, and calls that were given up meanwhile.

use std::time::{Duration, Instant};

use portcullis::{PostgresStore, SessionStore};
use portcullis_tests::servers::Postgres;
use sqlx::{Connection, PgConnection};

use super::{ask, session};

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);
/// As many as the store keeps.
const CONNECTIONS: u32 = 10;

/// Waits until something is so.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Calls the store that many times at once, all of which are given up.
async fn give_up(store: &PostgresStore, calls: u8, after: Duration) {
    let calls = (0..calls).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let session = session(n, "given up");
            let call = async {
                match n % 4 {
                    0 => store.create(&session).await.is_ok(),
                    1 => store.load(&session.key).await.is_ok(),
                    2 => store.delete_user("nobody").await.is_ok(),
                    _ => store
                        .prune(std::time::SystemTime::UNIX_EPOCH, 1)
                        .await
                        .is_ok(),
                }
            };
            tokio::time::timeout(after, call).await.unwrap_or(false)
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(
            !call.await.expect("no panic"),
            "a server that stands still answered"
        );
    }
}

/// How many connections the server has, but for the one that asks.
async fn connected(url: &str) -> i64 {
    let connected = "SELECT count(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
    ask(url, connected).await
}

/// Everything works, at once where that matters, with all connections and not one more.
async fn works(store: &PostgresStore, url: &str) {
    let kept = session(255, "kept");
    until("the store does not recover", async || {
        store
            .load(&kept.key)
            .await
            .is_ok_and(|loaded| loaded == Some(kept.clone()))
    })
    .await;
    until("connections are lost", async || {
        let mut all = Vec::new();
        for _ in 0..CONNECTIONS {
            match store.pool().acquire().await {
                Ok(connection) => all.push(connection),
                Err(_) => return false,
            }
        }
        true
    })
    .await;
    until("connections are left over", async || {
        let pool = store.pool();
        let all_idle = usize::try_from(pool.size()).is_ok_and(|size| size == pool.num_idle());
        all_idle && connected(url).await <= i64::from(CONNECTIONS)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_a_paused_server_does_not_answer_cost_nothing() {
    let postgres = Postgres::start();
    let (store, url) = super::store(&postgres).await;
    store.create(&session(255, "kept")).await.expect("created");
    works(&store, &url).await;

    // Some wait for an answer, some for a connection.
    postgres.pause();
    for _ in 0..9 {
        give_up(&store, 100, Duration::from_millis(50)).await;
    }
    give_up(&store, 100, Duration::from_secs(1)).await;
    postgres.resume();
    works(&store, &url).await;

    // A server that never goes on, such as one whose machine is gone, keeps no connection for good.
    postgres.pause();
    give_up(&store, 100, Duration::from_millis(50)).await;
    until("connections are kept", async || store.pool().size() == 0).await;
    postgres.resume();
    works(&store, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_is_used_again_when_it_is_back() {
    let mut postgres = Postgres::start();
    let (store, url) = super::store(&postgres).await;
    let kept = session(255, "kept");
    store.create(&kept).await.expect("created");
    works(&store, &url).await;
    postgres.kill();
    for _ in 0..3 {
        let error = store.load(&kept.key).await.expect_err("nobody answers");
        assert!(!error.is_corrupt(), "{error:?}");
    }
    postgres.restart();
    // The next call, though connections to the old server are left.
    assert_eq!(store.load(&kept.key).await.expect("an answer"), Some(kept));
    works(&store, &url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_table_does_not_use_up_the_servers_connections() {
    let postgres = Postgres::shared();
    let (store, url) = super::store(&postgres).await;
    store.create(&session(255, "kept")).await.expect("created");
    let mut owner = PgConnection::connect(&url).await.expect("a connection");
    let mut transaction = owner.begin().await.expect("a transaction");
    sqlx::raw_sql("LOCK TABLE portcullis_sessions")
        .execute(&mut *transaction)
        .await
        .expect("locked");
    // Long enough for the store to give up its connections twice, and begin anew with others.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(13) {
        give_up(&store, 50, Duration::from_millis(500)).await;
        let others = connected(&url).await - 1;
        assert!(others <= 2 * i64::from(CONNECTIONS), "{others}");
    }
    transaction.rollback().await.expect("let go");
    drop(owner);
    works(&store, &url).await;
}

#[tokio::test]
async fn an_id_that_no_user_can_have_is_nobodys() {
    let postgres = Postgres::shared();
    let (store, _) = super::store(&postgres).await;
    assert_eq!(store.delete_user("a\0b").await.expect("asked"), 0);
    assert!(store.list_user("a\0b").await.expect("asked").is_empty());
}
