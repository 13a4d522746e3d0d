use std::collections::HashMap;
use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions_core::SessionStore as TowerSessions;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::Error;

use super::{SessionKey, SessionStore, StoreError, StoredSession};
use crate::clock::Seconds;

/// The only member of a record.
const MEMBER: &str = "portcullis";
const VERSION: u32 = 1;

/// A store of [tower-sessions](https://docs.rs/tower-sessions-core): made by
/// [`tower_sessions`](crate::dangerous::tower_sessions), which says what it cannot do.
#[derive(Clone)]
pub struct TowerSessionsStore<T> {
    store: T,
}

impl<T: TowerSessions> TowerSessionsStore<T> {
    pub(crate) const fn new(store: T) -> Self {
        Self { store }
    }

    async fn record(&self, key: &SessionKey) -> Result<Option<Record>, StoreError> {
        self.store.load(&id(key)).await.map_err(error)
    }
}

impl<T: TowerSessions> SessionStore for TowerSessionsStore<T> {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        let asked = id(&session.key);
        let entry = serde_json::to_value(Entry::of(session)).map_err(StoreError::corrupt)?;
        let mut record = Record {
            id: asked,
            data: HashMap::from([(MEMBER.to_owned(), entry)]),
            expiry_date: date(session.expires)?,
        };
        self.store.create(&mut record).await.map_err(error)?;
        if record.id == asked {
            return Ok(());
        }
        // The id was taken, and the store has made another, which nobody knows.
        self.store.delete(&record.id).await.map_err(error)?;
        Err(StoreError::unavailable("there is a session of that key"))
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let Some(mut record) = self.record(key).await? else {
            return Ok(None);
        };
        let entry = record.data.remove(MEMBER);
        let entry = entry.ok_or_else(|| StoreError::corrupt("the record is not ours"))?;
        let entry: Entry = serde_json::from_value(entry)
            // Without the parser's own words, which quote what they stumbled over.
            .map_err(|_| StoreError::corrupt("the record is not readable"))?;
        if entry.version != VERSION {
            return Err(StoreError::corrupt("the record has another version"));
        }
        // The id is half of the key only.
        if entry.key != key.fingerprint() {
            return Ok(None);
        }
        let expires = Seconds(record.expiry_date.unix_timestamp()).to_system_time();
        Ok(Some(entry.into_session(key.clone(), expires)))
    }

    /// Nothing: writing a record again would bring back one that was deleted meanwhile.
    async fn extend(
        &self,
        _: &SessionKey,
        _: SystemTime,
        _: SystemTime,
    ) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn update(&self, _: &SessionKey, _: &str) -> Result<bool, StoreError> {
        Err(StoreError::unsupported())
    }

    async fn rename(
        &self,
        _: &SessionKey,
        _: &SessionKey,
        _: SystemTime,
    ) -> Result<bool, StoreError> {
        Err(StoreError::unsupported())
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        let was_there = self.record(key).await?.is_some();
        self.store.delete(&id(key)).await.map_err(error)?;
        Ok(was_there)
    }

    async fn list_user(&self, _: &str) -> Result<Vec<StoredSession>, StoreError> {
        Err(StoreError::unsupported())
    }

    async fn delete_user(&self, _: &str) -> Result<u64, StoreError> {
        Err(StoreError::unsupported())
    }

    /// Nothing: such stores remove what has expired in a way of their own.
    async fn prune(&self, _: SystemTime, _: u32) -> Result<u64, StoreError> {
        Ok(0)
    }
}

impl<T> fmt::Debug for TowerSessionsStore<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerSessionsStore").finish_non_exhaustive()
    }
}

/// What a record keeps of a session.
#[derive(Serialize, Deserialize)]
struct Entry {
    version: u32,
    key: [u8; 32],
    user_id: String,
    user: String,
    auth_time: Option<i64>,
    acr: Option<String>,
    remember: bool,
}

impl Entry {
    fn of(session: &StoredSession) -> Self {
        Self {
            version: VERSION,
            key: session.key.fingerprint(),
            user_id: session.user_id.clone(),
            user: session.user.clone(),
            auth_time: session.auth_time.map(|moment| Seconds::of(moment).0),
            acr: session.acr.clone(),
            remember: session.remember,
        }
    }

    fn into_session(self, key: SessionKey, expires: SystemTime) -> StoredSession {
        let auth_time = self
            .auth_time
            .map(|moment| Seconds(moment).to_system_time());
        StoredSession::new(key, self.user_id, self.user, expires)
            .authenticated(auth_time, self.acr)
            .remembered(self.remember)
    }
}

/// The first half of the hash that a session is found by.
fn id(key: &SessionKey) -> Id {
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(key.fingerprint()) {
        *to = from;
    }
    Id(i128::from_be_bytes(half))
}

fn date(moment: SystemTime) -> Result<OffsetDateTime, StoreError> {
    OffsetDateTime::from_unix_timestamp(Seconds::of(moment).0).map_err(StoreError::unavailable)
}

fn error(error: Error) -> StoreError {
    match error {
        Error::Decode(_) => StoreError::corrupt("the record is not readable"),
        error => StoreError::unavailable(error),
    }
}
