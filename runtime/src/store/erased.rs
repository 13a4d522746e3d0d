use std::future::Future;
use std::pin::Pin;
use std::time::SystemTime;

use super::{SessionKey, SessionStore, StoreError, StoredSession};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What an [`Auth`](crate::Auth) asks of any [`SessionStore`], in a form that can be a trait object.
pub(crate) trait ErasedStore: Send + Sync {
    fn create<'a>(&'a self, session: &'a StoredSession) -> Answer<'a, ()>;
    fn load<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, Option<StoredSession>>;
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
    fn delete_user<'a>(&'a self, user_id: &'a str) -> Answer<'a, u64>;
}

impl<T: SessionStore> ErasedStore for T {
    fn create<'a>(&'a self, session: &'a StoredSession) -> Answer<'a, ()> {
        Box::pin(SessionStore::create(self, session))
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> Answer<'a, Option<StoredSession>> {
        Box::pin(SessionStore::load(self, key))
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

    fn delete_user<'a>(&'a self, user_id: &'a str) -> Answer<'a, u64> {
        Box::pin(SessionStore::delete_user(self, user_id))
    }
}
