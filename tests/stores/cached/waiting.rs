//! Loads at the same time.

use std::time::Duration;

use portcullis::{CachedStore, SessionStore, StoreError, StoredSession};
use tokio::task::JoinSet;
use tokio::time::{advance, sleep, timeout};

use super::fake::{Fake, Mood};
use super::{BOUND, cached, has, key, session};

type Loaded = Result<Option<StoredSession>, StoreError>;

/// Loads session 1 so many times at once.
fn loading(cache: &CachedStore<Fake>, times: usize) -> JoinSet<Loaded> {
    let mut all = JoinSet::new();
    for _ in 0..times {
        let cache = cache.clone();
        all.spawn(async move { cache.load(&key(1)).await });
    }
    all
}

#[tokio::test(start_paused = true)]
async fn a_thousand_at_once_ask_once() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    store.takes(10, 10);
    let cache = cached(&store);
    // With nothing remembered, and with something that is too old.
    for asked in 1..=2 {
        for loaded in loading(&cache, 1000).join_all().await {
            assert_eq!(loaded.expect("asked"), Some(session(1, "ada")));
        }
        assert_eq!(store.loads(), asked);
        advance(BOUND).await;
    }
}

#[tokio::test]
async fn threads_ask_once_as_well() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    store.takes(1, 1);
    let cache = cached(&store);
    let all: Vec<_> = (0..8)
        .map(|_| {
            let cache = cache.clone();
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_time()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async { loading(&cache, 100).join_all().await.len() })
            })
        })
        .collect();
    let loaded: usize = all
        .into_iter()
        .map(|thread| thread.join().expect("no panic"))
        .sum();
    assert_eq!((loaded, store.loads()), (800, 1));
}

#[tokio::test(start_paused = true)]
async fn errors_are_told_to_all_who_wait_and_to_nobody_else() {
    let store = Fake::default();
    let cache = cached(&store);
    store.create(&session(1, "ada")).await.expect("created");
    store.takes(0, 10);
    for (mood, is_corrupt) in [(Mood::Down, false), (Mood::Corrupt, true)] {
        store.forget_counts();
        store.is(mood);
        for loaded in loading(&cache, 100).join_all().await {
            let error = loaded.expect_err("it is down");
            assert_eq!(error.is_corrupt(), is_corrupt);
            assert!(std::error::Error::source(&error).is_some());
        }
        assert_eq!(store.loads(), 1);
        store.is(Mood::Fine);
        assert!(has(&cache, 1).await);
        assert_eq!(store.loads(), 2);
        advance(BOUND).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_has_been_told_of_an_error_asks_again() {
    let store = Fake::default();
    let cache = cached(&store);
    store.create(&session(1, "ada")).await.expect("created");
    store.takes(0, 10);
    store.is(Mood::Down);
    let (asking, asked) = (store.clone(), cache.clone());
    let first = tokio::spawn(async move {
        assert!(asked.load(&key(1)).await.is_err());
        asking.is(Mood::Fine);
        // Others still wait to be told.
        assert!(has(&asked, 1).await);
    });
    tokio::task::yield_now().await;
    for told in loading(&cache, 100).join_all().await {
        assert!(told.is_err());
    }
    first.await.expect("no panic");
    assert_eq!(store.loads(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_another_gets_nothing_older_than_the_bound() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    let cache = cached(&store);
    store.takes(0, 40_000);
    let mut first = loading(&cache, 1);
    sleep(Duration::from_secs(35)).await;
    store.takes(0, 0);
    store.delete(&key(1)).await.expect("deleted elsewhere");
    // It joins one who had asked before, and whose answer is 40 seconds old when it arrives.
    assert!(!has(&cache, 1).await);
    let first = first.join_next().await.expect("one").expect("no panic");
    assert!(first.expect("asked").is_some());
}

#[tokio::test(start_paused = true)]
async fn one_who_gives_up_takes_nobody_along() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    store.takes(1000, 0);
    let cache = cached(&store);
    let mut first = loading(&cache, 1);
    sleep(Duration::from_millis(500)).await;
    let others = loading(&cache, 100);
    sleep(Duration::from_millis(100)).await;
    first.abort_all();
    assert!(first.join_next().await.expect("one").is_err());
    for loaded in others.join_all().await {
        assert!(loaded.expect("asked").is_some());
    }
    assert_eq!(store.loads(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_who_give_up_leave_nothing_behind() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    store.is(Mood::Hanging);
    let cache = cached(&store);
    let mut patient = loading(&cache, 1);
    let mut all = JoinSet::new();
    for number in 0..1000 {
        let cache = cache.clone();
        let patience = Duration::from_millis(1000 + number);
        all.spawn(async move { timeout(patience, cache.load(&key(1))).await.is_err() });
    }
    assert!(all.join_all().await.into_iter().all(|gave_up| gave_up));
    patient.abort_all();
    store.is(Mood::Fine);
    store.forget_counts();
    assert!(has(&cache, 1).await);
    assert_eq!(store.loads(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_who_is_patient_outlives_a_thousand_who_are_not() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    store.takes(1500, 0);
    let cache = cached(&store);
    let mut all = JoinSet::new();
    for number in 0..1000 {
        let cache = cache.clone();
        let patience = Duration::from_millis(10 + number);
        all.spawn(async move { timeout(patience, cache.load(&key(1))).await.is_err() });
    }
    tokio::task::yield_now().await;
    let patient = loading(&cache, 1);
    assert!(all.join_all().await.into_iter().all(|gave_up| gave_up));
    for loaded in patient.join_all().await {
        assert!(loaded.expect("asked").is_some());
    }
    assert_eq!(store.loads(), 1001);
}
