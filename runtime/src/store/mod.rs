//! Where the `database` strategy keeps its sessions.

#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod authjs;
#[cfg(feature = "cache")]
mod cached;
#[cfg(feature = "cache")]
mod channel;
mod erased;
mod error;
#[cfg(any(feature = "cache", feature = "redis"))]
mod hex;
mod key;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "tower-sessions")]
mod tower_sessions;

use std::fmt;
use std::future::Future;
use std::time::{Duration, SystemTime};

#[cfg(feature = "postgres")]
pub use self::authjs::AuthjsPostgresStore;
#[cfg(feature = "sqlite")]
pub use self::authjs::AuthjsSqliteStore;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub use self::authjs::{
    AuthjsColumn, AuthjsId, AuthjsSessionId, AuthjsTables, AuthjsTablesError, AuthjsTimestamp,
    AuthjsValue,
};
#[cfg(feature = "cache")]
pub use self::cached::CachedStore;
#[cfg(feature = "cache")]
pub use self::channel::{Invalidation, InvalidationChannel};
pub(crate) use self::erased::ErasedStore;
pub use self::error::StoreError;
pub(crate) use self::key::SessionId;
pub use self::key::{KeyFormat, SessionKey};
pub use self::memory::MemoryStore;
#[cfg(all(feature = "cache", feature = "postgres"))]
pub use self::postgres::PostgresChannel;
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresStore;
#[cfg(all(feature = "cache", feature = "redis"))]
pub use self::redis::RedisChannel;
#[cfg(feature = "redis")]
pub use self::redis::{AuthjsRedisStore, RedisStore};
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
#[cfg(feature = "tower-sessions")]
pub use self::tower_sessions::TowerSessionsStore;

/// How long an expired session stays in a store before a request, pruning or the store removes it.
pub(crate) const KEPT_EXPIRED: Duration = Duration::from_secs(2 * 60 * 60);

/// A place that remembers sessions until they expire or are ended.
///
/// An implementation is told a [`SessionKey`], never the id in the visitor's cookie unless it asks for
/// that with [`key_format`](Self::key_format), so that whoever reads the store cannot use what they
/// find. All times have whole seconds. Each call is given a deadline by the caller (1 second unless
/// configured) and may be dropped at any await.
///
/// What must hold for any interleaving of calls:
/// - `delete` is final: no later `extend`, `update` or `rename` brings the session back.
/// - `extend` changes a session only if it still expires when the caller last saw it.
/// - What a call has written when it returns, the next call sees, in this process and every other.
///
/// `testing::store_contract` (feature `testing`) checks all that is said here, of any implementation.
pub trait SessionStore: Send + Sync + 'static {
    /// What this store finds sessions by. Default: [`KeyFormat::Sha256`].
    fn key_format(&self) -> KeyFormat {
        KeyFormat::Sha256
    }

    /// Remembers a new session.
    ///
    /// # Errors
    /// A [`StoreError`] if the store could not be asked, or holds that key already.
    fn create(
        &self,
        session: &StoredSession,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The session of that key. Expired sessions may be returned; the caller checks.
    ///
    /// # Errors
    /// [`StoreError::corrupt`] if what is stored cannot be read, else a [`StoreError`] if the
    /// store could not be asked.
    fn load(
        &self,
        key: &SessionKey,
    ) -> impl Future<Output = Result<Option<StoredSession>, StoreError>> + Send;

    /// The same, past every cache. Default: [`load`](Self::load).
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    fn load_live(
        &self,
        key: &SessionKey,
    ) -> impl Future<Output = Result<Option<StoredSession>, StoreError>> + Send {
        self.load(key)
    }

    /// Whether [`load`](Self::load) may answer from what it remembers, so that rules that are `live` ask
    /// for [`load_live`](Self::load_live). Default: no.
    fn is_cached(&self) -> bool {
        false
    }

    /// Moves the expiry of a session from `seen` to `expires`, in one atomic step, and says
    /// whether it did: `false` if the session is gone or expires at another time by now.
    ///
    /// # Errors
    /// A [`StoreError`] if the store could not be asked.
    fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Replaces the user of a session that is there, and says whether it is; it never makes one.
    ///
    /// # Errors
    /// [`StoreError::unsupported`] if the store cannot do that: the session is then replaced by another.
    /// A [`StoreError`] if the store could not be asked.
    fn update(
        &self,
        key: &SessionKey,
        user: &str,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Gives a session that is there another key and another expiry, in one atomic step, and says
    /// whether it is. The rest of it stays, whatever was changed until then.
    ///
    /// # Errors
    /// [`StoreError::unsupported`] if the store cannot do that: the session is then replaced by another.
    /// A [`StoreError`] if the store could not be asked, or holds a session of the new key already.
    fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Forgets a session and says whether there was one.
    ///
    /// # Errors
    /// A [`StoreError`] if the store could not be asked.
    fn delete(&self, key: &SessionKey) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Every session of a user that is remembered, in any order.
    ///
    /// # Errors
    /// As for [`load`](Self::load).
    fn list_user(
        &self,
        user_id: &str,
    ) -> impl Future<Output = Result<Vec<StoredSession>, StoreError>> + Send;

    /// Forgets every session of a user and says how many there were.
    ///
    /// # Errors
    /// A [`StoreError`] if the store could not be asked.
    fn delete_user(&self, user_id: &str) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Drops what is cached of a user, here and in other processes: the user has changed. The sessions
    /// themselves stay. Default: there is no cache, and nothing to do.
    ///
    /// # Errors
    /// A [`StoreError`] if other processes could not be told.
    fn user_changed(&self, user_id: &str) -> impl Future<Output = Result<(), StoreError>> + Send {
        let _ = user_id;
        std::future::ready(Ok(()))
    }

    /// Forgets sessions that expired at or before that moment, at most `limit` of them, and says how
    /// many there were: fewer than `limit` means that none are left.
    ///
    /// # Errors
    /// A [`StoreError`] if the store could not be asked.
    fn prune(
        &self,
        expired: SystemTime,
        limit: u32,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}

/// A session as a store keeps it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSession {
    /// What it is found by.
    pub key: SessionKey,
    /// Whose session it is.
    pub user_id: String,
    /// The user as signed in: a JSON object.
    pub user: String,
    /// When the user proved who they are, if that is known. Refreshing a session does not move it.
    pub auth_time: Option<SystemTime>,
    /// How strongly, if that was said.
    pub acr: Option<String>,
    /// Whether the visitor's cookie outlives the browser's session.
    pub remember: bool,
    /// When the session ends without further use.
    pub expires: SystemTime,
}

impl StoredSession {
    /// A session that was just begun, or just read from a store's row: one that is remembered, and does
    /// not say when and how the user signed in.
    pub fn new(key: SessionKey, user_id: String, user: String, expires: SystemTime) -> Self {
        Self {
            key,
            user_id,
            user,
            auth_time: None,
            acr: None,
            remember: true,
            expires,
        }
    }

    /// The same with the time and the strength of its authentication, as far as they are known.
    #[must_use]
    pub fn authenticated(mut self, auth_time: Option<SystemTime>, acr: Option<String>) -> Self {
        self.auth_time = auth_time;
        self.acr = acr;
        self
    }

    /// The same, remembered beyond the browser's session or not.
    #[must_use]
    pub fn remembered(mut self, remember: bool) -> Self {
        self.remember = remember;
        self
    }
}

/// Shows the key and the user's id: the rest is nobody's business in a log.
impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession")
            .field("key", &self.key)
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}
