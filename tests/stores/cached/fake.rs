//! A store that counts what it is asked, and takes the time and fails as it is told.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use portcullis::{MemoryStore, SessionKey, SessionStore, StoreError, StoredSession};
use tokio::time::sleep;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mood {
    #[default]
    Fine,
    /// Nothing happens.
    Down,
    /// What is asked happens, and the answer is lost.
    Lossy,
    Hanging,
    Corrupt,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Fake {
    sessions: MemoryStore,
    settings: Arc<Settings>,
}

#[derive(Debug, Default)]
struct Settings {
    mood: Mutex<Mood>,
    /// How long it takes until something happens, and from then until it is answered.
    pace: Mutex<(Duration, Duration)>,
    /// Takes a random time for both instead, unless it is zero.
    seed: AtomicU64,
    loads: AtomicUsize,
    live_loads: AtomicUsize,
}

impl Fake {
    pub(super) fn is(&self, mood: Mood) {
        *self.settings.mood.lock().expect("nobody panicked") = mood;
    }

    /// Takes so many milliseconds until it acts, and then until it answers.
    pub(super) fn takes(&self, before: u64, after: u64) {
        let pace = (Duration::from_millis(before), Duration::from_millis(after));
        *self.settings.pace.lock().expect("nobody panicked") = pace;
    }

    /// Takes a time that nobody can foresee.
    pub(super) fn takes_random_times(&self, seed: u64) {
        self.settings.seed.store(seed, Ordering::SeqCst);
    }

    /// How often it was asked for a session.
    pub(super) fn loads(&self) -> usize {
        self.settings.loads.load(Ordering::SeqCst)
    }

    /// How often it was asked for a session past its own caches.
    pub(super) fn live_loads(&self) -> usize {
        self.settings.live_loads.load(Ordering::SeqCst)
    }

    pub(super) fn forget_counts(&self) {
        self.settings.loads.store(0, Ordering::SeqCst);
        self.settings.live_loads.store(0, Ordering::SeqCst);
    }

    async fn ask<T>(
        &self,
        act: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let (before, after) = self.pace();
        sleep(before).await;
        let mood = *self.settings.mood.lock().expect("nobody panicked");
        let answer = match mood {
            Mood::Down => Err(StoreError::unavailable("connection refused")),
            Mood::Corrupt => Err(StoreError::corrupt("no session")),
            Mood::Hanging => std::future::pending().await,
            Mood::Fine => act.await,
            Mood::Lossy => {
                act.await?;
                Err(StoreError::unavailable("connection reset"))
            }
        };
        sleep(after).await;
        answer
    }

    fn pace(&self) -> (Duration, Duration) {
        match self.settings.seed.load(Ordering::SeqCst) {
            0 => *self.settings.pace.lock().expect("nobody panicked"),
            _ => (self.random_pause(), self.random_pause()),
        }
    }

    fn random_pause(&self) -> Duration {
        let step = |state| Some(next(state));
        let seed = &self.settings.seed;
        let state = seed.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step);
        Duration::from_millis(state.expect("there is always a next") >> 32 & 15)
    }
}

/// The next of a sequence of numbers without a pattern (xorshift64); none of them is zero.
pub(super) fn next(state: u64) -> u64 {
    let state = state ^ state << 13;
    let state = state ^ state >> 7;
    state ^ state << 17
}

impl SessionStore for Fake {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.ask(self.sessions.create(session)).await
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.settings.loads.fetch_add(1, Ordering::SeqCst);
        self.ask(self.sessions.load(key)).await
    }

    async fn load_live(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.settings.live_loads.fetch_add(1, Ordering::SeqCst);
        self.ask(self.sessions.load(key)).await
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.ask(self.sessions.extend(key, seen, expires)).await
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        self.ask(self.sessions.update(key, user)).await
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.ask(self.sessions.rename(key, to, expires)).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        self.ask(self.sessions.delete(key)).await
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        self.ask(self.sessions.list_user(user_id)).await
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        self.ask(self.sessions.delete_user(user_id)).await
    }

    async fn user_changed(&self, user_id: &str) -> Result<(), StoreError> {
        self.ask(self.sessions.user_changed(user_id)).await
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        self.ask(self.sessions.prune(expired, limit)).await
    }
}
