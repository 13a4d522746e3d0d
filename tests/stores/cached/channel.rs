//! What is changed in one process is seen in another.

use std::time::Duration;

use portcullis::{CachedStore, Invalidation, SessionStore, StoreError};
use portcullis_tests::Log;
use tokio::time::{Instant, advance, sleep};

use super::bus::{Bus, Line};
use super::fake::{Fake, Mood};
use super::{BOUND, HOUR, TICK, cached, has, in_an_hour, key, session};

/// Two processes on one store, and one channel. Both remember session 1, which is ada's.
async fn two() -> (Fake, Bus, [CachedStore<Fake>; 2]) {
    let (store, bus) = (Fake::default(), Bus::default());
    let one = cached(&store).channel(bus.clone());
    let other = cached(&store).channel(bus.clone());
    bus.settle().await;
    one.create(&session(1, "ada")).await.expect("created");
    bus.settle().await;
    for cache in [&one, &other] {
        assert!(has(cache, 1).await);
    }
    store.forget_counts();
    bus.said();
    (store, bus, [one, other])
}

#[tokio::test(start_paused = true)]
async fn a_sign_out_is_seen_as_soon_as_the_message_arrives() {
    let (_, bus, [here, there]) = two().await;
    bus.takes(Duration::from_millis(200));
    assert!(there.delete(&key(1)).await.expect("deleted"));
    assert!(!has(&there, 1).await);
    bus.settle().await;
    advance(Duration::from_millis(199)).await;
    bus.settle().await;
    assert!(has(&here, 1).await);
    advance(TICK).await;
    bus.settle().await;
    assert!(!has(&here, 1).await);
}

#[tokio::test(start_paused = true)]
async fn a_load_from_before_the_message_leaves_nothing_behind() {
    let (store, bus, [here, there]) = two().await;
    advance(BOUND).await;
    store.takes(0, 1000);
    let early = {
        let here = here.clone();
        tokio::spawn(async move { has(&here, 1).await })
    };
    bus.settle().await;
    store.takes(0, 0);
    assert!(there.delete(&key(1)).await.expect("deleted"));
    bus.settle().await;
    assert!(!has(&here, 1).await);
    assert!(early.await.expect("no panic"), "it has begun before");
    assert!(!has(&here, 1).await);
}

#[tokio::test(start_paused = true)]
async fn every_change_is_told() {
    let (_, bus, [here, _]) = two().await;
    let (one, ada) = (Invalidation::session(&key(1)), Invalidation::user("ada"));
    let (seen, expires) = (in_an_hour(), in_an_hour() + HOUR);
    assert!(here.extend(&key(1), seen, expires).await.expect("asked"));
    assert_eq!(bus.said(), [one]);
    assert!(!here.extend(&key(1), seen, expires).await.expect("asked"));
    assert_eq!(bus.said(), [], "another was faster");
    assert!(here.update(&key(1), "{}").await.expect("asked"));
    assert_eq!(bus.said(), [one]);
    here.user_changed("ada").await.expect("told");
    assert_eq!(bus.said(), [ada]);
    let renamed = here.rename(&key(1), &key(2), expires).await;
    assert!(renamed.expect("asked"));
    assert_eq!(bus.said(), [one]);
    let renamed = here.rename(&key(2), &key(1), expires).await;
    assert!(renamed.expect("asked"));
    assert_eq!(bus.said(), [Invalidation::session(&key(2))]);
    assert!(here.delete(&key(1)).await.expect("asked"));
    assert_eq!(bus.said(), [one]);
    assert!(!here.delete(&key(1)).await.expect("asked"));
    assert_eq!(bus.said(), [one], "the first attempt may have gone unheard");
    assert!(!here.update(&key(1), "{}").await.expect("asked"));
    assert_eq!(bus.said(), []);
    here.create(&session(1, "ada")).await.expect("created");
    assert_eq!(bus.said(), [one]);
    assert_eq!(here.delete_user("ada").await.expect("asked"), 1);
    assert_eq!(bus.said(), [ada]);
    assert!(!has(&here, 1).await);
    assert_eq!(bus.said(), []);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_failed_is_told_as_well() {
    let (store, bus, [here, there]) = two().await;
    store.is(Mood::Lossy);
    assert!(there.delete(&key(1)).await.is_err());
    store.is(Mood::Fine);
    bus.settle().await;
    assert!(!has(&here, 1).await);
}

#[tokio::test(start_paused = true)]
async fn while_the_channel_is_down_an_answer_is_no_older_than_the_bound() {
    let (_, bus, [here, there]) = two().await;
    bus.is(Line::Down);
    bus.settle().await;
    // It is down by now, and both have noticed it.
    assert!(has(&here, 1).await);
    let begun = Instant::now();
    sleep(Duration::from_secs(1)).await;
    assert!(there.delete(&key(1)).await.expect("deleted"));
    assert!(!has(&there, 1).await);
    sleep(begun + BOUND - TICK - Instant::now()).await;
    assert!(has(&here, 1).await);
    sleep(TICK).await;
    assert!(!has(&here, 1).await);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_heard_does_not_matter_after_the_channel_is_back() {
    let (_, bus, [here, there]) = two().await;
    bus.is(Line::Down);
    bus.settle().await;
    assert!(has(&here, 1).await);
    assert!(there.delete(&key(1)).await.expect("deleted"));
    assert!(has(&here, 1).await, "nobody has told");
    bus.is(Line::Up);
    sleep(Duration::from_millis(101)).await;
    assert!(!has(&here, 1).await);
}

#[tokio::test(start_paused = true)]
async fn everything_is_forgotten_when_the_channel_is_lost() {
    let (store, bus, [here, there]) = two().await;
    // The message is lost with the connection.
    bus.takes(Duration::from_secs(1));
    assert!(there.delete(&key(1)).await.expect("deleted"));
    assert!(has(&here, 1).await);
    assert_eq!(store.loads(), 0);
    bus.is(Line::Down);
    bus.settle().await;
    assert!(!has(&here, 1).await);
}

#[tokio::test(start_paused = true)]
async fn nothing_more_is_forgotten_while_the_channel_stays_down() {
    let (store, bus, [here, _]) = two().await;
    bus.is(Line::Down);
    bus.settle().await;
    assert!(has(&here, 1).await);
    store.forget_counts();
    let before = bus.attempts();
    sleep(BOUND - TICK).await;
    assert!(has(&here, 1).await);
    assert_eq!(store.loads(), 0);
    assert!(bus.attempts() > before);
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_listened_to_again_after_longer_and_longer_pauses() {
    let (store, bus) = (Fake::default(), Bus::default());
    bus.is(Line::Down);
    let _cache = cached(&store).channel(bus.clone());
    let begun = Instant::now();
    let mut pauses = Vec::new();
    for attempts in 1..=10 {
        let since = Instant::now();
        while bus.attempts() < attempts {
            sleep(TICK).await;
        }
        pauses.push(since.elapsed().as_millis() / 100);
    }
    assert_eq!(pauses, [0, 1, 2, 4, 8, 16, 32, 64, 100, 100]);
    assert!(begun.elapsed() > BOUND);
    // It is back, and lost once more.
    bus.is(Line::Up);
    sleep(Duration::from_secs(10)).await;
    assert_eq!(bus.listeners(), 1);
    let attempts = bus.attempts();
    bus.is(Line::Down);
    sleep(Duration::from_millis(101)).await;
    assert_eq!(bus.attempts(), attempts + 1);
}

#[tokio::test(start_paused = true)]
async fn the_listener_ends_with_the_last_clone() {
    let (store, bus) = (Fake::default(), Bus::default());
    let cache = cached(&store).channel(bus.clone());
    let clone = cache.clone();
    bus.settle().await;
    assert_eq!(bus.listeners(), 1);
    drop(cache);
    bus.settle().await;
    assert_eq!(bus.listeners(), 1);
    drop(clone);
    bus.settle().await;
    assert_eq!(bus.listeners(), 0);
    sleep(HOUR).await;
    assert_eq!(bus.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_has_happened_is_done_though_nobody_could_be_told() {
    for line in [Line::Down, Line::Hanging] {
        let (_, bus, [here, _]) = two().await;
        let log = Log::default();
        let _logging = log.start();
        bus.is(line);
        bus.settle().await;
        let begun = Instant::now();
        assert!(here.update(&key(1), "{}").await.expect("updated"));
        assert!(here.delete(&key(1)).await.expect("deleted"));
        here.create(&session(1, "ada")).await.expect("created");
        assert_eq!(here.delete_user("ada").await.expect("deleted"), 1);
        let changed: Result<(), StoreError> = here.user_changed("ada").await;
        assert!(!changed.expect_err("nobody was told").is_corrupt());
        assert!(
            begun.elapsed() <= Duration::from_millis(5 * 251),
            "{line:?}"
        );
        assert!(!has(&here, 1).await);
        let text = log.text();
        let warnings = text.matches("other processes were not told of a change");
        assert_eq!(warnings.count(), 4, "{line:?}: {text}");
    }
}
