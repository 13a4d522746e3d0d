mod answers;
mod generations;
mod told;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use self::answers::{Answer, Answers};
use self::generations::Generations;
use self::told::Channel;
use super::{
    Invalidation, InvalidationChannel, KeyFormat, SessionKey, SessionStore, StoreError,
    StoredSession,
};
use crate::clock::Clock;
use crate::flights::Flights;

/// How many sessions are remembered unless something else is said.
const CAPACITY: usize = 100_000;
/// How long, unless something else is said.
const STALENESS: Duration = Duration::from_secs(5);

/// Any store, with the sessions that it was asked for lately remembered in this process: a request with a
/// session that is remembered asks nobody. Clones share what they remember.
///
/// Nothing is cached unless a store is wrapped in this. Requests that ask for the same session at the same
/// time wait for one answer. Only sessions are remembered: neither that there is none, nor that the store
/// failed. Handlers whose rule says `live` ask the store itself, and what it answers is remembered.
///
/// # How old an answer may be
/// A session was changed, or ended, and the call that did it has returned. Requests that begin later see
/// it, with a `max_staleness` of 30 seconds:
///
/// | in | after |
/// | --- | --- |
/// | the same process | 0 seconds |
/// | another process, by the [`channel`](Self::channel) of both | as long as the message takes, commonly less than 0.1 seconds; never more than 30 seconds |
/// | another process, while the channel is down, or without one | 30 seconds at most |
/// | any process, if something else has written to the store | 30 seconds at most |
///
/// For no answer is given that the store was asked for `max_staleness` ago, or earlier, and none about a
/// session that has expired since. A message that is lost changes nothing about that, nor does a channel that
/// is down. When a channel is lost, and again as soon as it is back, all that is remembered is dropped. A call
/// that failed, or was given up at its deadline, may change the session all the same, even later: that is
/// seen within `max_staleness`, in its own process as well.
///
/// ```
/// use std::time::Duration;
///
/// use portcullis::{Auth, CachedStore, MemoryStore};
///
/// let store = MemoryStore::new(); // one that is worth it, in a real application
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .store(CachedStore::new(store, Duration::from_secs(30)))
///     .build()?;
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
pub struct CachedStore<S> {
    store: Arc<S>,
    answers: Answers,
    flights: Arc<Flights<SessionKey, Result<Arc<Answer>, StoreError>>>,
    channel: Option<Arc<Channel>>,
}

/// Remembers each session for 5 seconds at most, as [`CachedStore::new`] does for as long as it is told.
impl<S: SessionStore> From<S> for CachedStore<S> {
    fn from(store: S) -> Self {
        Self::new(store, STALENESS)
    }
}

impl<S: SessionStore> CachedStore<S> {
    /// Remembers up to 100,000 sessions of `store`, each for `max_staleness` at most. Zero turns the cache
    /// off.
    #[must_use]
    pub fn new(store: S, max_staleness: Duration) -> Self {
        Self {
            store: Arc::new(store),
            answers: Answers::new(CAPACITY, max_staleness),
            flights: Arc::new(Flights::new()),
            channel: None,
        }
    }

    /// Remembers up to so many sessions, and one at the least: those that are asked for most. Default:
    /// 100,000. A session takes about 500 bytes and the size of its user.
    #[must_use]
    pub fn capacity(mut self, sessions: usize) -> Self {
        self.answers = self.answers.with_capacity(sessions.max(1));
        self
    }

    /// Tells other processes what is changed here, and listens to what they tell, in the background. A
    /// channel that is lost is listened to again after 0.1 seconds, then after twice as long, and every 10
    /// seconds in the end. It ends with the last clone of this store. Default: no channel.
    ///
    /// A change is told before its call returns. If that fails, or takes longer than 0.25 seconds, the
    /// change itself has happened: it is reported as done, with a warning in the log.
    /// [`user_changed`](SessionStore::user_changed), which only tells, reports the error.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    #[must_use]
    pub fn channel(mut self, channel: impl InvalidationChannel) -> Self {
        let generations = Arc::clone(&self.answers.generations);
        self.channel = Some(Arc::new(Channel::new(channel, generations)));
        self
    }

    /// Measures by this clock whether a session has expired, as
    /// [`AuthBuilder::clock`](crate::AuthBuilder::clock) does. Default: [`SystemClock`](crate::SystemClock).
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.answers.clock = Arc::new(clock);
        self
    }

    fn is_off(&self) -> bool {
        self.answers.max_staleness.is_zero()
    }

    /// Waits for a change, which may have happened though it fails, or is dropped.
    async fn changing<T>(&self, what: Invalidation, change: impl Future<Output = T>) -> T {
        let generations = &self.answers.generations;
        generations.invalidate(what);
        let _invalidates = Invalidates(generations, what);
        change.await
    }

    async fn publish(&self, what: Invalidation) -> Result<(), StoreError> {
        match &self.channel {
            Some(channel) => channel.publish(what).await,
            None => Ok(()),
        }
    }

    /// Tells other processes of what has happened, whether they can be told or not.
    async fn tell(&self, what: Invalidation) {
        if let Err(error) = self.publish(what).await {
            tracing::warn!(
                target: "portcullis::session",
                %error,
                source = ?std::error::Error::source(&error),
                "other processes were not told of a change: they see it within the maximum staleness"
            );
        }
    }
}

/// Whose view of a user it is.
#[derive(serde::Deserialize)]
struct Named {
    id: String,
}

impl<S: SessionStore> SessionStore for CachedStore<S> {
    fn key_format(&self) -> KeyFormat {
        self.store.key_format()
    }

    fn is_cached(&self) -> bool {
        !self.is_off() || self.store.is_cached()
    }

    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        let what = Invalidation::session(&session.key);
        let created = self.changing(what, self.store.create(session)).await;
        self.tell(what).await;
        created
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        if self.is_off() {
            return self.store.load(key).await;
        }
        if let Some(answer) = self.answers.get(key).await {
            return Ok(answer.session.clone());
        }
        let mut is_own = false;
        let asking = async {
            // Somebody may have been answered since.
            if let Some(answer) = self.answers.get(key).await {
                return Ok(answer);
            }
            is_own = true;
            let asked = self.answers.generations.ask();
            let session = self.store.load(key).await?;
            Ok(self.answers.keep(key, asked, session).await)
        };
        let answer = self.flights.join(key, asking).await?;
        // Another may have asked before a change that had happened when this call began.
        match is_own || self.answers.is_current(&answer) {
            true => Ok(answer.session.clone()),
            false => self.store.load(key).await,
        }
    }

    async fn load_live(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        if self.is_off() {
            return self.store.load_live(key).await;
        }
        let asked = self.answers.generations.ask();
        let session = self.store.load_live(key).await?;
        let answer = self.answers.keep(key, asked, session).await;
        Ok(answer.session.clone())
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let what = Invalidation::session(key);
        let extending = self.store.extend(key, seen, expires);
        let extended = self.changing(what, extending).await;
        if !matches!(extended, Ok(false)) {
            self.tell(what).await;
        }
        extended
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        let what = Invalidation::session(key);
        let updated = self.changing(what, self.store.update(key, user)).await;
        if matches!(updated, Ok(false)) {
            return updated;
        }
        self.tell(what).await;
        // A store may have one user for all of their sessions, as Auth.js has.
        if let Ok(Named { id }) = serde_json::from_str(user) {
            let whose = Invalidation::user(&id);
            self.answers.generations.invalidate(whose);
            self.tell(whose).await;
        }
        updated
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let (what, other) = (Invalidation::session(key), Invalidation::session(to));
        let renaming = self.changing(other, self.store.rename(key, to, expires));
        let renamed = self.changing(what, renaming).await;
        // Nobody has heard of the new key yet. The old one may have gone in an earlier attempt.
        self.tell(what).await;
        renamed
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        let what = Invalidation::session(key);
        let deleted = self.changing(what, self.store.delete(key)).await;
        // Even if there was none: an earlier attempt may have been given up after it had deleted it.
        self.tell(what).await;
        deleted
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        self.store.list_user(user_id).await
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        let what = Invalidation::user(user_id);
        let deleted = self.changing(what, self.store.delete_user(user_id)).await;
        self.tell(what).await;
        deleted
    }

    async fn user_changed(&self, user_id: &str) -> Result<(), StoreError> {
        let what = Invalidation::user(user_id);
        let changed = self.changing(what, self.store.user_changed(user_id)).await;
        let told = self.publish(what).await;
        changed.and(told)
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        self.store.prune(expired, limit).await
    }
}

impl<S> Clone for CachedStore<S> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            answers: self.answers.clone(),
            flights: Arc::clone(&self.flights),
            channel: self.channel.clone(),
        }
    }
}

impl<S> fmt::Debug for CachedStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedStore")
            .field("max_staleness", &self.answers.max_staleness)
            .finish_non_exhaustive()
    }
}

/// Invalidates when it is dropped.
struct Invalidates<'a>(&'a Generations, Invalidation);

impl Drop for Invalidates<'_> {
    fn drop(&mut self) {
        self.0.invalidate(self.1);
    }
}
