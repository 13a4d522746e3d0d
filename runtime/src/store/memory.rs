use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::{SessionKey, SessionStore, StoreError, StoredSession};

/// How many sessions are kept unless something else is said.
const CAPACITY: usize = 100_000;

/// Sessions in the memory of the process: for tests, and for a single process whose visitors may
/// be signed out by a restart. Clones share their sessions.
///
/// It never grows beyond its capacity. When it is full, each new session takes the place of the one
/// that expires first: one that has expired already, as long as there is one. [`Auth::prune_every`](crate::Auth::prune_every)
/// gives the memory of expired sessions back earlier.
///
/// ```
/// use portcullis::{Auth, MemoryStore};
///
/// let auth = Auth::builder()
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .store(MemoryStore::new())
///     .build()?;
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    sessions: Arc<Mutex<Sessions>>,
    capacity: usize,
}

impl MemoryStore {
    /// An empty store for up to 100,000 sessions.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// An empty store for up to `capacity` sessions, and for one at the least.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            sessions: Arc::default(),
            capacity: capacity.max(1),
        }
    }

    /// What is remembered. Nothing panics while it is held, and no await comes in between.
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

impl SessionStore for MemoryStore {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        let mut sessions = self.sessions();
        if sessions.by_key.contains_key(&session.key) {
            return Err(StoreError::unavailable("there is a session of that key"));
        }
        while sessions.by_key.len() >= self.capacity
            && let Some((_, first)) = sessions.by_expiry.first().cloned()
        {
            sessions.take(&first);
        }
        sessions.insert(session.clone());
        Ok(())
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        Ok(self.sessions().by_key.get(key).cloned())
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let mut sessions = self.sessions();
        let Some(session) = sessions.by_key.get_mut(key) else {
            return Ok(false);
        };
        if session.expires != seen {
            return Ok(false);
        }
        session.expires = expires;
        sessions.by_expiry.remove(&(seen, key.clone()));
        sessions.by_expiry.insert((expires, key.clone()));
        Ok(true)
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        let mut sessions = self.sessions();
        let Some(session) = sessions.by_key.get_mut(key) else {
            return Ok(false);
        };
        user.clone_into(&mut session.user);
        Ok(true)
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let mut sessions = self.sessions();
        if sessions.by_key.contains_key(to) {
            return Err(StoreError::unavailable("there is a session of that key"));
        }
        let Some(mut session) = sessions.take(key) else {
            return Ok(false);
        };
        session.key = to.clone();
        session.expires = expires;
        sessions.insert(session);
        Ok(true)
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        Ok(self.sessions().take(key).is_some())
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        let sessions = self.sessions();
        let keys = sessions.by_user.get(user_id).into_iter().flatten();
        let found = keys.filter_map(|key| sessions.by_key.get(key));
        Ok(found.cloned().collect())
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        let mut sessions = self.sessions();
        let keys = sessions.by_user.get(user_id).into_iter().flatten();
        let keys: Vec<_> = keys.cloned().collect();
        Ok(sessions.remove_all(&keys))
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        let mut sessions = self.sessions();
        let keys: Vec<_> = sessions
            .by_expiry
            .iter()
            .take_while(|(expires, _)| *expires <= expired)
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .map(|(_, key)| key.clone())
            .collect();
        Ok(sessions.remove_all(&keys))
    }
}

/// The sessions, and the two orders that they are looked for in.
#[derive(Default)]
struct Sessions {
    by_key: HashMap<SessionKey, StoredSession>,
    by_expiry: BTreeSet<(SystemTime, SessionKey)>,
    by_user: HashMap<String, BTreeSet<SessionKey>>,
}

impl Sessions {
    fn insert(&mut self, session: StoredSession) {
        let key = session.key.clone();
        self.by_expiry.insert((session.expires, key.clone()));
        let of_user = self.by_user.entry(session.user_id.clone()).or_default();
        of_user.insert(key.clone());
        self.by_key.insert(key, session);
    }

    fn take(&mut self, key: &SessionKey) -> Option<StoredSession> {
        let session = self.by_key.remove(key)?;
        self.by_expiry.remove(&(session.expires, key.clone()));
        if let Some(of_user) = self.by_user.get_mut(&session.user_id) {
            of_user.remove(key);
            if of_user.is_empty() {
                self.by_user.remove(&session.user_id);
            }
        }
        Some(session)
    }

    fn remove_all(&mut self, keys: &[SessionKey]) -> u64 {
        let removed = keys.iter().filter_map(|key| self.take(key)).count();
        u64::try_from(removed).unwrap_or(u64::MAX)
    }
}
