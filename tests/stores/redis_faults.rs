//! A Redis that fails, and comes back.

use std::time::Duration;

use portcullis::{SessionStore, StoreError};
use portcullis_tests::servers::Redis;
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::redis::{connect, session};
use crate::redis_admin::Admin;

/// How long a request waits for its store.
const DEADLINE: Duration = Duration::from_secs(1);

async fn in_time<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(DEADLINE, call)
        .await
        .expect("an answer within the deadline")
}

#[tokio::test]
async fn a_server_that_was_killed_is_found_again_by_the_first_read() {
    let mut redis = Redis::start();
    let store = connect(&redis).await;
    let kept = session("7");
    store.create(&kept).await.expect("created");
    redis.kill();
    for _ in 0..3 {
        let error = in_time(store.load(&kept.key))
            .await
            .expect_err("nobody there");
        assert!(!error.is_corrupt(), "{error:?}");
        in_time(store.create(&session("7")))
            .await
            .expect_err("nobody there");
    }
    redis.restart();
    let found = in_time(store.load(&kept.key)).await.expect("an answer");
    assert_eq!(found, Some(kept));
}

#[tokio::test]
async fn a_server_that_was_killed_is_found_again_by_the_first_write() {
    let mut redis = Redis::start();
    let store = connect(&redis).await;
    store.create(&session("7")).await.expect("created");
    redis.kill();
    in_time(store.create(&session("7")))
        .await
        .expect_err("nobody there");
    redis.restart();
    in_time(store.create(&session("7"))).await.expect("created");
    assert_eq!(store.list_user("7").await.expect("a list").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_a_restart_between_two_calls() {
    let mut redis = Redis::start();
    let store = connect(&redis).await;
    let kept = session("7");
    store.create(&kept).await.expect("created");
    redis.kill();
    redis.restart();
    let deleted = in_time(store.delete(&kept.key)).await.expect("an answer");
    assert!(deleted);
}

#[tokio::test]
async fn a_server_that_stands_still_fails_calls_in_time_and_goes_on() {
    let redis = Redis::start();
    let store = connect(&redis).await;
    let kept = session("7");
    store.create(&kept).await.expect("created");
    redis.pause();
    in_time(store.load(&kept.key)).await.expect_err("no answer");
    in_time(store.update(&kept.key, "{}"))
        .await
        .expect_err("no answer");
    redis.resume();
    let found = in_time(store.load(&kept.key)).await.expect("an answer");
    assert!(found.is_some());
}

#[tokio::test]
async fn a_thousand_calls_without_an_answer_leave_nothing() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let kept = session("7");
    store.create(&kept).await.expect("created");
    let tasks = Handle::current().metrics().num_alive_tasks();
    // Calls that are given up early, and calls that find out themselves.
    for deadline in [DEADLINE / 10, DEADLINE] {
        redis.pause();
        let calls: Vec<_> = (0..1_000)
            .map(|_| {
                let (store, key) = (store.clone(), kept.key.clone());
                tokio::spawn(async move { timeout(deadline, store.load(&key)).await })
            })
            .collect();
        for call in calls {
            let answer = call.await.expect("no panic");
            assert!(!matches!(answer, Ok(Ok(_))), "{answer:?}");
        }
        redis.resume();
        let found = in_time(store.load(&kept.key)).await.expect("an answer");
        assert_eq!(found.as_ref(), Some(&kept));
        let nothing_is_left = async {
            while Handle::current().metrics().num_alive_tasks() > tasks || admin.clients().await > 2
            {
                tokio::task::yield_now().await;
            }
        };
        let waited = timeout(10 * DEADLINE, nothing_is_left).await;
        waited.expect("one connection, and the one that looks");
    }
}

#[tokio::test]
async fn a_server_that_lets_nobody_in_is_found_again() {
    let redis = Redis::start();
    let mut admin = Admin::of(&redis).await;
    for (setting, closed, open) in [("maxclients", "1", "100"), ("requirepass", "another", "")] {
        let store = connect(&redis).await;
        let kept = session("7");
        store.create(&kept).await.expect("created");
        let () = admin.ask(&["CONFIG", "SET", setting, closed]).await;
        let kill = ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"];
        let () = admin.ask(&kill).await;
        for _ in 0..100 {
            let error = in_time(store.load(&kept.key))
                .await
                .expect_err("no connection");
            assert!(!error.is_corrupt(), "{error:?}");
        }
        let () = admin.ask(&["CONFIG", "SET", setting, open]).await;
        let found = in_time(store.load(&kept.key)).await.expect("an answer");
        assert_eq!(found, Some(kept));
    }
}
