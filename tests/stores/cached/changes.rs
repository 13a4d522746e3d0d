//! What is changed in this process is seen at once.

use std::time::Duration;

use portcullis::{CachedStore, SessionStore, StoreError};
use tokio::time::{sleep, timeout};

use super::fake::{Fake, Mood};
use super::{HOUR, cached, has, in_an_hour, key, session, warm};

#[derive(Debug, Clone, Copy)]
enum Change {
    Extend,
    Update,
    Rename,
    Delete,
    DeleteUser,
    UserChanged,
}

const ALL: [Change; 6] = [
    Change::Extend,
    Change::Update,
    Change::Rename,
    Change::Delete,
    Change::DeleteUser,
    Change::UserChanged,
];

impl Change {
    /// Makes the change to session 1, which is ada's.
    async fn make(self, cache: &CachedStore<Fake>) -> Result<(), StoreError> {
        let key = key(1);
        let (seen, expires) = (in_an_hour(), in_an_hour() + HOUR);
        match self {
            Self::Extend => cache.extend(&key, seen, expires).await.map(drop),
            Self::Update => cache.update(&key, "{}").await.map(drop),
            Self::Rename => cache.rename(&key, &super::key(2), expires).await.map(drop),
            Self::Delete => cache.delete(&key).await.map(drop),
            Self::DeleteUser => cache.delete_user("ada").await.map(drop),
            Self::UserChanged => cache.user_changed("ada").await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_seen_by_the_next_load() {
    for change in ALL {
        let (store, cache) = warm().await;
        change.make(&cache).await.expect("changed");
        let seen = cache.load(&key(1)).await.expect("asked");
        assert_eq!(
            seen,
            store.load(&key(1)).await.expect("asked"),
            "{change:?}"
        );
        assert_eq!(store.loads(), 2, "{change:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_failed_may_have_happened() {
    for change in ALL {
        let (store, cache) = warm().await;
        store.is(Mood::Lossy);
        assert!(change.make(&cache).await.is_err(), "{change:?}");
        store.is(Mood::Fine);
        let seen = cache.load(&key(1)).await.expect("asked");
        assert_eq!(
            seen,
            store.load(&key(1)).await.expect("asked"),
            "{change:?}"
        );
        assert_eq!(store.loads(), 2, "{change:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_was_given_up_may_have_happened() {
    for change in ALL {
        let (store, cache) = warm().await;
        store.takes(10, 10);
        let making = timeout(Duration::from_millis(15), change.make(&cache));
        // Somebody remembers what there was before it.
        let (made, before) = tokio::join!(making, has(&cache, 1));
        assert!(made.is_err() && before, "{change:?}");
        store.takes(0, 0);
        store.forget_counts();
        let seen = cache.load(&key(1)).await.expect("asked");
        assert_eq!(
            seen,
            store.load(&key(1)).await.expect("asked"),
            "{change:?}"
        );
        assert_eq!(store.loads(), 2, "{change:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_answered_from_memory_while_a_change_is_on_its_way() {
    let (store, cache) = warm().await;
    store.takes(0, 10);
    let looking = async {
        sleep(Duration::from_millis(5)).await;
        has(&cache, 1).await
    };
    let (deleted, has) = tokio::join!(Change::Delete.make(&cache), looking);
    deleted.expect("deleted");
    assert!(!has);
}

#[tokio::test(start_paused = true)]
async fn user_changed_drops_all_sessions_of_that_user_and_no_others() {
    let store = Fake::default();
    let cache = cached(&store);
    for number in 1..=100 {
        let user = if number <= 50 { "ada" } else { "bob" };
        let created = cache.create(&session(number, user)).await;
        created.expect("created");
        assert!(has(&cache, number).await);
    }
    store.forget_counts();
    cache.user_changed("ada").await.expect("nobody to tell");
    for number in 51..=100 {
        assert!(has(&cache, number).await);
    }
    assert_eq!(store.loads(), 0);
    for number in 1..=50 {
        assert!(has(&cache, number).await);
    }
    assert_eq!(store.loads(), 50);
}

#[tokio::test(start_paused = true)]
async fn a_load_from_before_a_deletion_leaves_nothing_behind() {
    let store = Fake::default();
    store.create(&session(1, "ada")).await.expect("created");
    let cache = cached(&store);
    store.takes(10, 30);
    let early = async { has(&cache, 1).await };
    let deletion = async {
        sleep(Duration::from_millis(20)).await;
        store.takes(0, 0);
        Change::Delete.make(&cache).await.expect("deleted");
        // The early load is still on its way, with a session.
        assert!(!has(&cache, 1).await);
        sleep(Duration::from_millis(100)).await;
        assert!(!has(&cache, 1).await);
    };
    let (early, ()) = tokio::join!(early, deletion);
    assert!(early, "it has begun before");
}

#[tokio::test(start_paused = true)]
async fn a_load_from_before_a_sign_in_does_not_hide_it() {
    let store = Fake::default();
    let cache = cached(&store);
    store.takes(10, 30);
    let early = async { has(&cache, 1).await };
    let sign_in = async {
        sleep(Duration::from_millis(20)).await;
        store.takes(0, 0);
        let created = cache.create(&session(1, "ada")).await;
        created.expect("created");
        assert!(has(&cache, 1).await);
    };
    let (early, ()) = tokio::join!(early, sign_in);
    assert!(!early, "it has begun before");
    assert!(has(&cache, 1).await);
}

#[tokio::test(start_paused = true)]
async fn a_load_from_before_a_rotation_hides_nothing() {
    let (store, cache) = warm().await;
    store.takes(10, 30);
    let early = async { has(&cache, 2).await };
    let rotation = async {
        sleep(Duration::from_millis(20)).await;
        store.takes(0, 0);
        Change::Rename.make(&cache).await.expect("renamed");
        assert!(has(&cache, 2).await && !has(&cache, 1).await);
    };
    let (early, ()) = tokio::join!(early, rotation);
    assert!(!early, "it has begun before");
}

#[tokio::test(start_paused = true)]
async fn a_clone_sees_what_the_other_has_changed() {
    let (_, cache) = warm().await;
    let smaller = cache.clone().capacity(7);
    for one in [cache.clone(), smaller] {
        assert!(has(&one, 1).await);
        cache.user_changed("ada").await.expect("nobody to tell");
        cache.delete(&key(1)).await.expect("deleted");
        assert!(!has(&one, 1).await);
        cache.create(&session(1, "ada")).await.expect("created");
    }
}
