//! Stores that break the contract, each in one way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use portcullis::{MemoryStore, SessionKey, SessionStore, StoreError, StoredSession};

use super::flaw::Flaw;

const SECOND: Duration = Duration::from_secs(1);
/// More calls than any check makes at once.
const CONNECTIONS: u32 = 150;

/// A store in memory with one flaw.
#[derive(Debug, Clone)]
pub struct Broken {
    flaw: Flaw,
    store: MemoryStore,
    /// Sessions as they were when they were created, or loaded into a cache.
    copies: Arc<Mutex<HashMap<SessionKey, StoredSession>>>,
    connections: Arc<AtomicU32>,
}

impl Broken {
    pub fn new(flaw: Flaw) -> Self {
        Self {
            flaw,
            store: MemoryStore::new(),
            copies: Arc::default(),
            connections: Arc::new(AtomicU32::new(CONNECTIONS)),
        }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn copies(&self) -> MutexGuard<'_, HashMap<SessionKey, StoredSession>> {
        self.copies.lock().expect("nobody panicked")
    }

    fn copy(&self, key: &SessionKey) -> Option<StoredSession> {
        self.copies().get(key).cloned()
    }

    /// Takes a connection, which whoever drops the call never gives back.
    async fn connected(&self) -> Result<(), StoreError> {
        if !self.has(Flaw::LosesConnections) {
            return Ok(());
        }
        let taken = self
            .connections
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |free| {
                free.checked_sub(1)
            });
        taken.map_err(|_| StoreError::unavailable("no connection is free"))?;
        tokio::task::yield_now().await;
        self.connections.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    async fn of_users_like(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        let is_like = |session: &StoredSession| match self.flaw {
            Flaw::UsersIgnoreCase => session.user_id.eq_ignore_ascii_case(user_id),
            Flaw::UsersArePrefixes => session.user_id.starts_with(user_id),
            _ => session.user_id == user_id,
        };
        let copies: Vec<_> = self.copies().values().cloned().collect();
        let mut found = Vec::new();
        for copy in copies.into_iter().filter(is_like) {
            found.extend(self.store.load(&copy.key).await?);
        }
        Ok(found)
    }
}

impl SessionStore for Broken {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.connected().await?;
        let session = self.flaw.kept(session);
        if self.has(Flaw::CreateReplaces) {
            self.store.delete(&session.key).await?;
        }
        if self.store.load(&session.key).await?.is_none() {
            self.copies().insert(session.key.clone(), session.clone());
        }
        if self.has(Flaw::CreateIndexesFirst) {
            tokio::task::yield_now().await;
        }
        self.store.create(&session).await
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.connected().await?;
        let stored = self.flaw.key(key);
        let copy = self.copy(&stored);
        if self.has(Flaw::DeleteLeavesTheCache) && copy.is_some() {
            return Ok(copy);
        }
        if self.has(Flaw::LateLoadsFillTheCache) {
            let loaded = self.store.load(&stored).await?;
            tokio::task::yield_now().await;
            if let Some(session) = &loaded {
                self.copies().insert(stored.clone(), session.clone());
            }
            return Ok(loaded.or(self.copy(&stored)));
        }
        let loaded = self.store.load(&stored).await?;
        if self.has(Flaw::LoadGivesTheLast) && loaded.is_none() {
            return Ok(self.copies().values().next().cloned());
        }
        if self.has(Flaw::LoadPanics) && loaded.is_none() {
            // As a panic would, without its words in the log.
            std::panic::resume_unwind(Box::new("not found"));
        }
        Ok(loaded.map(|mut session| {
            session.key = key.clone();
            session
        }))
    }

    async fn load_live(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        match self.has(Flaw::LoadLiveIsStale) {
            true => Ok(self.copy(key)),
            false => self.load(key).await,
        }
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.connected().await?;
        let key = &self.flaw.key(key);
        let (seen, expires) = (self.flaw.moment(seen), self.flaw.moment(expires));
        match self.flaw {
            Flaw::ExtendCreates => {
                let copy = self.copy(key).map(|mut copy| {
                    copy.expires = expires;
                    copy
                });
                if let (None, Some(copy)) = (self.store.load(key).await?, copy) {
                    self.store.create(&copy).await?;
                    return Ok(true);
                }
            }
            Flaw::ExtendIgnoresSeen => {
                return match self.store.load(key).await? {
                    Some(session) => self.store.extend(key, session.expires, expires).await,
                    None => Ok(false),
                };
            }
            Flaw::ExtendNeverGoesBack if expires < seen => return Ok(false),
            Flaw::ExtendReadsAndWrites => {
                let Some(mut session) = self.store.load(key).await? else {
                    return Ok(false);
                };
                tokio::task::yield_now().await;
                if session.expires != seen {
                    return Ok(false);
                }
                session.expires = expires;
                self.store.delete(key).await?;
                // Another may have been faster.
                let _ = self.store.create(&session).await;
                return Ok(true);
            }
            _ => {}
        }
        self.store.extend(key, seen, expires).await
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        self.connected().await?;
        let key = &self.flaw.key(key);
        let copy = self.copy(key).map(|mut copy| {
            copy.user = user.to_owned();
            copy
        });
        if self.has(Flaw::UpdateCreates)
            && let (None, Some(copy)) = (self.store.load(key).await?, &copy)
        {
            self.store.create(copy).await?;
            return Ok(true);
        }
        if self.has(Flaw::UpdateResetsTheExpiry)
            && let (true, Some(copy)) = (self.store.delete(key).await?, &copy)
        {
            self.store.create(copy).await?;
            return Ok(true);
        }
        self.store.update(key, user).await
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.connected().await?;
        let (key, to) = (&self.flaw.key(key), &self.flaw.key(to));
        let expires = self.flaw.moment(expires);
        if self.has(Flaw::RenameCopies)
            && let Some(mut session) = self.store.load(key).await?
        {
            session.key = to.clone();
            session.expires = expires;
            self.store.create(&session).await?;
            tokio::task::yield_now().await;
            return self.store.delete(key).await;
        }
        let copy = self.copies().remove(key);
        if let Some(mut copy) = copy {
            copy.key = to.clone();
            copy.expires = expires;
            self.copies().insert(to.clone(), copy);
        }
        self.store.rename(key, to, expires).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        self.connected().await?;
        let key = &self.flaw.key(key);
        if self.has(Flaw::LateLoadsFillTheCache) {
            self.copies().remove(key);
        }
        Ok(self.store.delete(key).await? || self.has(Flaw::DeleteIsAlwaysTrue))
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        self.connected().await?;
        match self.flaw {
            Flaw::UsersIgnoreCase | Flaw::UsersArePrefixes => self.of_users_like(user_id).await,
            Flaw::ListsAHundred => {
                let mut found = self.store.list_user(user_id).await?;
                found.truncate(100);
                Ok(found)
            }
            Flaw::DeleteForgetsTheIndex | Flaw::CreateIndexesFirst => {
                let copies: Vec<_> = self.copies().values().cloned().collect();
                Ok(copies
                    .into_iter()
                    .filter(|copy| copy.user_id == user_id)
                    .collect())
            }
            _ => self.store.list_user(user_id).await,
        }
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        self.connected().await?;
        if let Flaw::UsersIgnoreCase | Flaw::UsersArePrefixes = self.flaw {
            let mut ended = 0;
            for session in self.of_users_like(user_id).await? {
                ended += u64::from(self.store.delete(&session.key).await?);
            }
            return Ok(ended);
        }
        let ended = self.store.delete_user(user_id).await?;
        Ok(ended.max(u64::from(self.has(Flaw::CountsNobody))))
    }

    async fn user_changed(&self, user_id: &str) -> Result<(), StoreError> {
        if self.has(Flaw::UserChangedEnds) {
            self.store.delete_user(user_id).await?;
        }
        Ok(())
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        self.connected().await?;
        match self.flaw {
            Flaw::PruneHasNoLimit => self.store.prune(expired, u32::MAX).await,
            Flaw::PruneStopsEarly => self.store.prune(expired - SECOND, limit).await,
            Flaw::PruneGoesTooFar => self.store.prune(expired + SECOND, limit).await,
            Flaw::PruneSaysLimit => {
                self.store.prune(expired, limit).await?;
                Ok(u64::from(limit))
            }
            Flaw::PruneGoesByTheFirstExpiry => {
                let copies: Vec<_> = self.copies().values().cloned().collect();
                let mut ended = 0;
                for copy in copies.iter().filter(|copy| copy.expires <= expired) {
                    if ended < u64::from(limit) {
                        ended += u64::from(self.store.delete(&copy.key).await?);
                    }
                }
                Ok(ended)
            }
            _ => self.store.prune(expired, limit).await,
        }
    }
}
