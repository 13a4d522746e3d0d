//! Loads against changes, in every order that chance finds.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use portcullis::SessionStore;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::bus::Bus;
use super::fake::{Fake, next};
use super::{cached, has, key, session};

/// A number without a pattern for each race, never zero.
fn seed(race: u64) -> u64 {
    next((race + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn pause(state: &mut u64) -> Duration {
    *state = next(*state);
    Duration::from_millis(*state >> 32 & 31)
}

#[tokio::test(start_paused = true)]
async fn a_deleted_session_is_never_loaded_after_its_deletion_returned() {
    let (mut early, mut late) = (0, 0);
    for race in 0..1000 {
        let store = Fake::default();
        let cache = cached(&store);
        cache.create(&session(1, "ada")).await.expect("created");
        let mut state = seed(race);
        store.takes_random_times(state);
        let is_deleted = Arc::new(AtomicBool::new(false));
        let mut loads = JoinSet::new();
        for number in 0..16 {
            let (cache, is_deleted) = (cache.clone(), Arc::clone(&is_deleted));
            let start = pause(&mut state);
            loads.spawn(async move {
                sleep(start).await;
                let begun_after = is_deleted.load(Ordering::SeqCst);
                let found = match number % 4 {
                    0 => cache.load_live(&key(1)).await.expect("asked").is_some(),
                    _ => has(&cache, 1).await,
                };
                (begun_after, found)
            });
        }
        sleep(pause(&mut state)).await;
        let by_user = state & 1 << 40 == 0;
        match by_user {
            true => assert_eq!(cache.delete_user("ada").await.expect("asked"), 1),
            false => assert!(cache.delete(&key(1)).await.expect("asked")),
        }
        is_deleted.store(true, Ordering::SeqCst);
        assert!(!has(&cache, 1).await, "race {race}");
        for (begun_after, found) in loads.join_all().await {
            assert!(!(begun_after && found), "race {race}");
            *(if begun_after { &mut late } else { &mut early }) += 1;
        }
        assert!(!has(&cache, 1).await, "race {race}");
    }
    assert!(early > 1000 && late > 1000, "{early} early, {late} late");
}

#[tokio::test(start_paused = true)]
async fn what_another_process_deleted_is_never_loaded_after_the_message() {
    for race in 0..1000 {
        let (store, bus) = (Fake::default(), Bus::default());
        let here = cached(&store).channel(bus.clone());
        let there = cached(&store).channel(bus.clone());
        bus.settle().await;
        there.create(&session(1, "ada")).await.expect("created");
        let mut state = seed(race);
        store.takes_random_times(state);
        let mut loads = JoinSet::new();
        for _ in 0..8 {
            let here = here.clone();
            let start = pause(&mut state);
            loads.spawn(async move {
                sleep(start).await;
                has(&here, 1).await
            });
        }
        sleep(pause(&mut state)).await;
        assert!(there.delete(&key(1)).await.expect("asked"), "race {race}");
        bus.settle().await;
        assert!(!has(&here, 1).await, "race {race}");
        loads.join_all().await;
        assert!(!has(&here, 1).await, "race {race}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_read_never_goes_back() {
    for race in 0..1000 {
        let store = Fake::default();
        let cache = cached(&store);
        cache.create(&session(1, "ada")).await.expect("created");
        let mut state = seed(race);
        store.takes_random_times(state);
        let versions = 0..5;
        let mut loads = JoinSet::new();
        for _ in 0..8 {
            let cache = cache.clone();
            let start = pause(&mut state);
            loads.spawn(async move {
                sleep(start).await;
                let _ = cache.load(&key(1)).await;
            });
        }
        for version in versions {
            let user = version.to_string();
            assert!(cache.update(&key(1), &user).await.expect("asked"));
            let seen = cache.load(&key(1)).await.expect("asked").expect("there");
            assert_eq!(seen.user, user, "race {race}");
        }
        loads.join_all().await;
    }
}
