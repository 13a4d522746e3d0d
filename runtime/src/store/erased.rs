use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use super::{KeyFormat, SessionKey, SessionStore, StoreError, StoredSession};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What an [`Auth`](crate::Auth) asks of any [`SessionStore`], in a form that can be a trait object.
pub(crate) trait ErasedStore: Send + Sync {
    fn key_format(&self) -> KeyFormat;
    fn is_cached(&self) -> bool;
    fn create<'a>(&'a self, session: &'a StoredSession) -> Answer<'a, ()>;
    fn load<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, Option<StoredSession>>;
    fn load_live<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, Option<StoredSession>>;
    fn extend<'a>(
        &'a self,
        key: &'a SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Answer<'a, bool>;
    fn update<'a>(&'a self, key: &'a SessionKey, user: &'a str) -> Answer<'a, bool>;
    fn rename<'a>(
        &'a self,
        key: &'a SessionKey,
        to: &'a SessionKey,
        expires: SystemTime,
    ) -> Answer<'a, bool>;
    fn delete<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, bool>;
    fn list_user<'a>(&'a self, user_id: &'a str) -> Answer<'a, Vec<StoredSession>>;
    fn delete_user<'a>(&'a self, user_id: &'a str) -> Answer<'a, u64>;
    fn user_changed<'a>(&'a self, user_id: &'a str) -> Answer<'a, ()>;
    fn prune(&self, expired: SystemTime, limit: u32) -> Answer<'_, u64>;
}

impl<T: SessionStore> ErasedStore for T {
    fn key_format(&self) -> KeyFormat {
        SessionStore::key_format(self)
    }

    fn is_cached(&self) -> bool {
        SessionStore::is_cached(self)
    }

    fn create<'a>(&'a self, session: &'a StoredSession) -> Answer<'a, ()> {
        Box::pin(SessionStore::create(self, session))
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, Option<StoredSession>> {
        Box::pin(SessionStore::load(self, key))
    }

    fn load_live<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, Option<StoredSession>> {
        Box::pin(SessionStore::load_live(self, key))
    }

    fn extend<'a>(
        &'a self,
        key: &'a SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Answer<'a, bool> {
        Box::pin(SessionStore::extend(self, key, seen, expires))
    }

    fn update<'a>(&'a self, key: &'a SessionKey, user: &'a str) -> Answer<'a, bool> {
        Box::pin(SessionStore::update(self, key, user))
    }

    fn rename<'a>(
        &'a self,
        key: &'a SessionKey,
        to: &'a SessionKey,
        expires: SystemTime,
    ) -> Answer<'a, bool> {
        Box::pin(SessionStore::rename(self, key, to, expires))
    }

    fn delete<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, bool> {
        Box::pin(SessionStore::delete(self, key))
    }

    fn list_user<'a>(&'a self, user_id: &'a str) -> Answer<'a, Vec<StoredSession>> {
        Box::pin(SessionStore::list_user(self, user_id))
    }

    fn delete_user<'a>(&'a self, user_id: &'a str) -> Answer<'a, u64> {
        Box::pin(SessionStore::delete_user(self, user_id))
    }

    fn user_changed<'a>(&'a self, user_id: &'a str) -> Answer<'a, ()> {
        Box::pin(SessionStore::user_changed(self, user_id))
    }

    fn prune(&self, expired: SystemTime, limit: u32) -> Answer<'_, u64> {
        Box::pin(SessionStore::prune(self, expired, limit))
    }
}
