//! Loads, one after the other.

use std::time::Duration;

use portcullis::{CachedStore, Clock, SessionStore};
use portcullis_tests::FakeClock;
use tokio::time::advance;

use super::fake::{Fake, Mood};
use super::{BOUND, HOUR, TICK, cached, has, in_an_hour, key, session, warm};

#[tokio::test(start_paused = true)]
async fn a_hit_does_not_ask_the_store() {
    let (store, cache) = warm().await;
    let remembered = cache.load(&key(1)).await.expect("asked");
    assert_eq!(remembered, Some(session(1, "ada")));
    store.is(Mood::Down);
    assert!(has(&cache, 1).await);
    assert_eq!(store.loads(), 0);
}

#[tokio::test(start_paused = true)]
async fn that_there_is_no_session_is_not_remembered() {
    let store = Fake::default();
    let cache = cached(&store);
    assert!(!has(&cache, 1).await);
    // Another process signs somebody in.
    store.create(&session(1, "ada")).await.expect("created");
    assert!(has(&cache, 1).await);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_never_older_than_the_bound() {
    let (store, cache) = warm().await;
    store.delete(&key(1)).await.expect("deleted elsewhere");
    advance(BOUND - TICK).await;
    assert!(has(&cache, 1).await);
    advance(TICK).await;
    assert!(!has(&cache, 1).await);
}

#[tokio::test(start_paused = true)]
async fn an_answer_counts_for_five_seconds_unless_something_else_is_said() {
    let store = Fake::default();
    let cache = CachedStore::from(store.clone()).clock(FakeClock::default());
    store.create(&session(1, "ada")).await.expect("created");
    assert!(has(&cache, 1).await);
    store.delete(&key(1)).await.expect("deleted elsewhere");
    advance(Duration::from_secs(5) - TICK).await;
    assert!(has(&cache, 1).await);
    advance(TICK).await;
    assert!(!has(&cache, 1).await);
}

#[tokio::test(start_paused = true)]
async fn an_answer_ages_while_the_store_takes_its_time() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    let cache = cached(&store);
    store.takes(0, 20_000);
    assert!(has(&cache, 1).await);
    store.takes(0, 0);
    store.delete(&key(1)).await.expect("deleted elsewhere");
    advance(Duration::from_secs(10) - TICK).await;
    assert!(has(&cache, 1).await);
    advance(TICK).await;
    assert!(!has(&cache, 1).await);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_expired_is_asked_for() {
    let clock = FakeClock::default();
    let store = Fake::default();
    let cache = CachedStore::new(store.clone(), BOUND).clock(clock.clone());
    cache.create(&session(1, "ada")).await.expect("created");
    assert!(has(&cache, 1).await);
    store.forget_counts();
    clock.advance(HOUR - Duration::from_secs(1));
    assert!(has(&cache, 1).await);
    assert_eq!(store.loads(), 0);
    clock.advance(Duration::from_secs(1));
    assert!(has(&cache, 1).await, "the guard sees that it has expired");
    assert!(has(&cache, 1).await);
    assert_eq!(store.loads(), 2);
    // Another process has extended it.
    let expires = clock.now() + HOUR;
    let extended = store.extend(&key(1), in_an_hour(), expires).await;
    assert!(extended.expect("asked"));
    let loaded = cache.load(&key(1)).await.expect("asked").expect("there");
    assert_eq!(loaded.expires, expires);
    assert!(has(&cache, 1).await);
    assert_eq!(store.loads(), 3);
}

#[tokio::test(start_paused = true)]
async fn zero_turns_it_off() {
    let store = Fake::default();
    let cache = CachedStore::new(store.clone(), Duration::ZERO);
    assert!(!cache.is_cached());
    cache.create(&session(1, "ada")).await.expect("created");
    assert!(has(&cache, 1).await && has(&cache, 1).await);
    assert_eq!(store.loads(), 2);
    let live = cache.load_live(&key(1)).await.expect("asked");
    assert!(live.is_some());
    assert_eq!(store.live_loads(), 1);
    assert!(CachedStore::new(cache, BOUND).is_cached());
}

#[tokio::test(start_paused = true)]
async fn no_bound_is_too_long() {
    let store = Fake::default();
    let cache = CachedStore::new(store.clone(), Duration::MAX).clock(FakeClock::default());
    cache.create(&session(1, "ada")).await.expect("created");
    assert!(has(&cache, 1).await && has(&cache, 1).await);
    assert_eq!(store.loads(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_remembers_no_more_than_its_capacity() {
    let store = Fake::default();
    let cache = cached(&store).capacity(10);
    for _ in 0..2 {
        for number in 0..=255 {
            let _ = store.create(&session(number, "ada")).await;
            assert!(has(&cache, number).await);
        }
    }
    assert!(store.loads() >= 512 - 10, "{}", store.loads());
    // And no fewer than one.
    let cache = cached(&store).capacity(0);
    assert!(has(&cache, 1).await);
    store.forget_counts();
    assert!(has(&cache, 1).await);
    assert_eq!(store.loads(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_live_load_asks_the_store_and_refreshes_what_is_remembered() {
    let (store, cache) = warm().await;
    let updated = store.update(&key(1), r#"{"id":"ada","name":"Ada"}"#).await;
    assert!(updated.expect("updated elsewhere"));
    assert_eq!(
        cache.load(&key(1)).await.expect("asked"),
        Some(session(1, "ada"))
    );
    let live = cache.load_live(&key(1)).await.expect("asked");
    assert!(live.as_ref().expect("there").user.contains("Ada"));
    assert_eq!(cache.load(&key(1)).await.expect("asked"), live);
    assert_eq!((store.loads(), store.live_loads()), (0, 1));
    store.delete(&key(1)).await.expect("deleted elsewhere");
    assert_eq!(cache.load_live(&key(1)).await.expect("asked"), None);
    assert!(!has(&cache, 1).await);
    assert_eq!((store.loads(), store.live_loads()), (1, 2));
}
