//! Expired sessions are removed in the background.

use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use http::StatusCode;
use portcullis::{
    Auth, AuthError, Clock, SessionKey, SessionStore, SqliteStore, StoreError, StoredSession, User,
};
use portcullis_tests::{FakeClock, builder, get};
use tokio::time::Instant;

use crate::app::App;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a store is told when it is asked to prune.
#[derive(Debug, Clone, Copy)]
struct Asked {
    at: Instant,
    expired: SystemTime,
    limit: u32,
}

/// A store that only counts what has expired in it.
#[derive(Debug, Clone, Default)]
struct Expired {
    left: Arc<AtomicU64>,
    takes: Duration,
    is_down: Arc<AtomicBool>,
    hangs: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
    running: Arc<AtomicUsize>,
    most_running: Arc<AtomicUsize>,
}

impl Expired {
    fn of(left: u64) -> Self {
        Self {
            left: Arc::new(left.into()),
            ..Self::default()
        }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panicked").clone()
    }

    fn left(&self) -> u64 {
        self.left.load(Ordering::SeqCst)
    }
}

/// A call that runs, until it ends or is dropped.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl SessionStore for Expired {
    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_running.fetch_max(running, Ordering::SeqCst);
        let _running = Running(&self.running);
        let at = Instant::now();
        let asked = Asked { at, expired, limit };
        self.asked.lock().expect("nobody panicked").push(asked);
        if self.hangs.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
        tokio::time::sleep(self.takes).await;
        if self.is_down.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("connection refused"));
        }
        let removed = self.left().min(limit.into());
        self.left.fetch_sub(removed, Ordering::SeqCst);
        Ok(removed)
    }

    async fn create(&self, _: &StoredSession) -> Result<(), StoreError> {
        Ok(())
    }

    async fn load(&self, _: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        Ok(None)
    }

    async fn extend(
        &self,
        _: &SessionKey,
        _: SystemTime,
        _: SystemTime,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn update(&self, _: &SessionKey, _: &str) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn rename(
        &self,
        _: &SessionKey,
        _: &SessionKey,
        _: SystemTime,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn delete(&self, _: &SessionKey) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn list_user(&self, _: &str) -> Result<Vec<StoredSession>, StoreError> {
        Ok(Vec::new())
    }

    async fn delete_user(&self, _: &str) -> Result<u64, StoreError> {
        Ok(0)
    }
}

fn auth(store: &Expired, clock: &FakeClock) -> Auth {
    builder(clock).store(store.clone()).build().expect("usable")
}

async fn pass(duration: Duration) {
    tokio::time::sleep(duration).await;
}

#[tokio::test(start_paused = true)]
async fn it_goes_on_in_batches_of_500_with_a_pause_after_each() {
    let (store, clock) = (Expired::of(1_234), FakeClock::default());
    let pruning = auth(&store, &clock).prune_every(HOUR).expect("a store");
    pass(HOUR / 2).await;
    let asked = store.asked();
    assert_eq!((asked.len(), store.left()), (3, 0));
    for batch in &asked {
        assert_eq!(batch.limit, 500);
        assert_eq!(batch.expired, clock.now() - 2 * HOUR, "the grace of row 39");
    }
    for (one, next) in asked.iter().zip(&asked[1..]) {
        assert!(next.at - one.at >= Duration::from_millis(50), "{asked:?}");
    }
    pruning.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_full_batch_at_the_end_is_followed_by_an_empty_one() {
    let store = Expired::of(500);
    let pruning = auth(&store, &FakeClock::default())
        .prune_every(HOUR)
        .expect("a store");
    pass(HOUR / 2).await;
    assert_eq!((store.asked().len(), store.left()), (2, 0));
    pruning.stop().await;
}

#[tokio::test(start_paused = true)]
async fn it_comes_back_every_so_often_by_the_clock_of_that_moment() {
    let (store, clock) = (Expired::of(0), FakeClock::default());
    let pruning = auth(&store, &clock).prune_every(HOUR).expect("a store");
    pass(HOUR / 2).await;
    clock.advance(DAY);
    pass(3 * HOUR).await;
    let asked = store.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[1].expired, asked[0].expired + DAY);
    for (one, next) in asked.iter().zip(&asked[1..]) {
        assert!(
            next.at - one.at >= HOUR && next.at - one.at < HOUR + HOUR / 60,
            "{asked:?}"
        );
    }
    pruning.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_down_is_asked_again_the_next_time() {
    let store = Expired::of(10);
    store.is_down.store(true, Ordering::SeqCst);
    let pruning = auth(&store, &FakeClock::default())
        .prune_every(HOUR)
        .expect("a store");
    pass(HOUR + HOUR / 2).await;
    assert_eq!(
        (store.asked().len(), store.left()),
        (2, 10),
        "not in between"
    );
    store.is_down.store(false, Ordering::SeqCst);
    pass(HOUR).await;
    assert_eq!((store.asked().len(), store.left()), (3, 0));
    pruning.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_left_at_the_deadline_and_asked_again() {
    let store = Expired::of(10);
    store.hangs.store(true, Ordering::SeqCst);
    let pruning = auth(&store, &FakeClock::default())
        .prune_every(HOUR)
        .expect("a store");
    pass(Duration::from_millis(500)).await;
    assert_eq!(store.running.load(Ordering::SeqCst), 1);
    pass(Duration::from_secs(1)).await;
    assert_eq!(
        store.running.load(Ordering::SeqCst),
        0,
        "the call was dropped"
    );
    store.hangs.store(false, Ordering::SeqCst);
    pass(HOUR + HOUR / 2).await;
    assert_eq!((store.asked().len(), store.left()), (2, 0));
    pruning.stop().await;
}

#[tokio::test(start_paused = true)]
async fn slow_calls_are_never_two_at_a_time() {
    let store = Expired {
        takes: Duration::from_millis(900),
        ..Expired::of(5_000)
    };
    let every = Duration::from_millis(10);
    let pruning = auth(&store, &FakeClock::default())
        .prune_every(every)
        .expect("a store");
    pass(Duration::from_secs(60)).await;
    assert_eq!(store.left(), 0);
    assert!(store.asked().len() > 11);
    assert_eq!(store.most_running.load(Ordering::SeqCst), 1);
    pruning.stop().await;
}

#[tokio::test(start_paused = true)]
async fn nothing_runs_any_more_when_stop_returns() {
    for hangs in [true, false] {
        let store = Expired::of(5_000);
        store.hangs.store(hangs, Ordering::SeqCst);
        let pruning = auth(&store, &FakeClock::default())
            .prune_every(HOUR)
            .expect("a store");
        pass(Duration::from_millis(120)).await;
        let stopping = Instant::now();
        pruning.stop().await;
        assert_eq!(stopping.elapsed(), Duration::ZERO, "it waits for nothing");
        assert_eq!(store.running.load(Ordering::SeqCst), 0);
        assert_eq!(
            Arc::strong_count(&store.running),
            1,
            "nobody has the store any more"
        );
        let asked = store.asked().len();
        pass(3 * HOUR).await;
        assert_eq!(store.asked().len(), asked);
    }
}

#[tokio::test(start_paused = true)]
async fn it_ends_with_its_handle() {
    let store = Expired::of(5_000);
    let pruning = auth(&store, &FakeClock::default())
        .prune_every(HOUR)
        .expect("a store");
    pass(Duration::from_millis(120)).await;
    drop(pruning);
    let asked = store.asked().len();
    pass(3 * HOUR).await;
    assert_eq!(store.asked().len(), asked);
    assert_eq!(
        Arc::strong_count(&store.running),
        1,
        "nobody has the store any more"
    );
}

#[tokio::test]
async fn signed_tokens_leave_nothing_to_prune() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let pruning = auth.prune_every(HOUR);
    assert!(matches!(pruning, Err(AuthError::NoStore)), "{pruning:?}");
}

#[tokio::test]
async fn what_is_pruned_is_what_no_request_would_accept() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let app = App::configured(|builder| builder.store(store.clone()));
    let old = app.sign_in(User::new("7")).await;
    app.clock.advance(2 * HOUR);
    let young = app.sign_in(User::new("7")).await;
    // One of them expired two hours ago, to the second, and the other one now.
    app.clock.advance(30 * DAY);
    let pruning = app.auth.prune_every(HOUR).expect("a store");
    while store.list_user("7").await.expect("an answer").len() > 1 {
        tokio::task::yield_now().await;
    }
    pruning.stop().await;
    app.clock.turn_back(HOUR);
    for (cookie, status) in [(&old, StatusCode::UNAUTHORIZED), (&young, StatusCode::OK)] {
        let answer = app.send(get("/me").header("cookie", cookie)).await;
        assert_eq!(answer.status, status);
    }
}
