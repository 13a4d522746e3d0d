use std::collections::hash_map::RandomState;
use std::fmt::Write;
use std::future::Future;
use std::hash::BuildHasher;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest;
use serde_json::{Value, json};

use super::outcome::{Failure, Outcome, said};
use crate::clock::Seconds;
use crate::store::{KeyFormat, SessionKey, SessionStore, StoredSession};

pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(super) const SECOND: Duration = Duration::from_secs(1);

type MakeUser = dyn Fn(String) -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync;

/// What the run was told about the store.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) users: Option<Arc<MakeUser>>,
    pub(super) derives_users: bool,
    pub(super) expires_itself: bool,
    pub(super) races: u32,
}

/// What one check works with: the store by two ways, and keys and users that nobody else has.
pub(super) struct Context<S> {
    pub(super) store: S,
    beside: S,
    settings: Arc<Settings>,
    own: Arc<Own>,
}

/// What is this check's alone.
struct Own {
    name: String,
    counter: AtomicU64,
    users: Mutex<Vec<String>>,
}

impl<S: Clone> Clone for Context<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            beside: self.beside.clone(),
            settings: Arc::clone(&self.settings),
            own: Arc::clone(&self.own),
        }
    }
}

impl<S: SessionStore + Clone> Context<S> {
    pub(super) fn new(store: &S, beside: &S, settings: &Arc<Settings>) -> Self {
        // The standard library's hashers are seeded at random.
        let name = format!("{:016x}", RandomState::new().hash_one(SystemTime::now()));
        Self {
            store: store.clone(),
            beside: beside.clone(),
            settings: Arc::clone(settings),
            own: Arc::new(Own {
                name,
                counter: AtomicU64::new(0),
                users: Mutex::default(),
            }),
        }
    }

    pub(super) fn races(&self) -> u32 {
        self.settings.races
    }

    pub(super) fn expires_itself(&self) -> bool {
        self.settings.expires_itself
    }

    fn count(&self) -> u64 {
        self.own.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// The store, by each way in turn.
    pub(super) fn either(&self) -> S {
        match self.count() % 2 {
            0 => self.store.clone(),
            _ => self.beside.clone(),
        }
    }

    /// 32 bytes that nobody else has.
    pub(super) fn bytes(&self) -> [u8; 32] {
        let text = format!("{} {}", self.own.name, self.count());
        let mut bytes = [0; 32];
        let digest = digest::digest(&digest::SHA256, text.as_bytes());
        // SHA-256 has 32 bytes.
        bytes.copy_from_slice(digest.as_ref());
        bytes
    }

    /// A key in the store's format: a hash, or a token that looks like those of Auth.js.
    pub(super) fn key(&self) -> SessionKey {
        let bytes = self.bytes();
        let token = || {
            let mut token = String::new();
            for (place, byte) in bytes.iter().take(16).enumerate() {
                let dash = if [4, 6, 8, 10].contains(&place) {
                    "-"
                } else {
                    ""
                };
                // Nothing fails to be written to a string.
                let _ = write!(token, "{dash}{byte:02x}");
            }
            SessionKey::from_token(&token)
        };
        match self.store.key_format() {
            KeyFormat::Sha256 => None,
            KeyFormat::Token => token(),
        }
        .unwrap_or(SessionKey::from_bytes(bytes))
    }

    /// A new user.
    pub(super) async fn user(&self) -> String {
        let name = self.name();
        self.user_called(name).await
    }

    /// What a new user's id may begin with.
    pub(super) fn name(&self) -> String {
        format!("{}{}x", self.own.name, self.count())
    }

    /// A new user of that id, unless the store wants another.
    pub(super) async fn user_called(&self, wanted: String) -> String {
        let id = match &self.settings.users {
            Some(make) => make(wanted).await,
            None => wanted,
        };
        let mut users = self
            .own
            .users
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        users.push(id.clone());
        id
    }

    /// A session that expires in an hour, not yet created.
    pub(super) fn session_of(&self, user_id: &str) -> StoredSession {
        let user = json!({"id": user_id, "name": "Ada", "roles": ["editor"]});
        let auth_time = now().checked_sub(60 * SECOND);
        StoredSession::new(self.key(), user_id.to_owned(), user.to_string(), soon())
            .authenticated(auth_time, Some("phr".to_owned()))
    }

    /// A session of that user, created.
    pub(super) async fn created_for(&self, user_id: &str) -> Result<StoredSession, Failure> {
        let session = self.session_of(user_id);
        self.store.create(&session).await?;
        Ok(session)
    }

    /// A session of a new user, created.
    pub(super) async fn created(&self) -> Result<StoredSession, Failure> {
        let user = self.user().await;
        self.created_for(&user).await
    }

    /// The session is there by both ways, as it is said to be.
    pub(super) async fn holds(&self, expected: &StoredSession) -> Outcome {
        for store in [&self.store, &self.beside] {
            match store.load(&expected.key).await? {
                Some(seen) => self.same(&seen, expected)?,
                None => return Err(Failure::saw("`load` gave nothing")),
            }
        }
        Ok(())
    }

    /// The session is not there, neither by its key nor among its user's.
    pub(super) async fn is_gone(&self, session: &StoredSession) -> Outcome {
        for store in [&self.store, &self.beside] {
            said("`load`", store.load(&session.key).await?.is_some(), false)?;
        }
        let listed = self.beside.list_user(&session.user_id).await?;
        let is_listed = listed.iter().any(|listed| listed.key == session.key);
        said("`list_user` has the session", is_listed, false)
    }

    /// The user has these sessions, and no others.
    pub(super) async fn lists(&self, user_id: &str, expected: &[StoredSession]) -> Outcome {
        let mut seen = self.beside.list_user(user_id).await?;
        said("`list_user`: sessions", seen.len(), expected.len())?;
        seen.sort_by(|a, b| a.key.cmp(&b.key));
        let mut expected: Vec<_> = expected.iter().collect();
        expected.sort_by(|a, b| a.key.cmp(&b.key));
        for (seen, expected) in seen.iter().zip(expected) {
            self.same(seen, expected)?;
        }
        Ok(())
    }

    /// These are the same session, as far as the store keeps it.
    pub(super) fn same(&self, seen: &StoredSession, expected: &StoredSession) -> Outcome {
        said("`key`", &seen.key, &expected.key)?;
        said("`user_id`", &seen.user_id, &expected.user_id)?;
        said(
            "`expires`",
            Seconds::of(seen.expires),
            Seconds::of(expected.expires),
        )?;
        said(
            "`expires` has whole seconds",
            seen.expires,
            expected.expires,
        )?;
        let user: Result<Value, _> = serde_json::from_str(&seen.user);
        let Some(user) = user.ok().filter(Value::is_object) else {
            return Err(Failure::saw(format!(
                "a user who is no JSON object: {}",
                brief(&seen.user)
            )));
        };
        if self.settings.derives_users {
            return Ok(());
        }
        if serde_json::from_str(&expected.user).ok() != Some(user) {
            let (seen, expected) = (brief(&seen.user), brief(&expected.user));
            return Err(Failure::saw(format!("`user`: {seen}, not {expected}")));
        }
        said("`auth_time`", seen.auth_time, expected.auth_time)?;
        said("`acr`", &seen.acr, &expected.acr)?;
        said("`remember`", seen.remember, expected.remember)
    }

    /// Removes what the check has left.
    pub(super) async fn clean(&self) {
        let users = {
            let mut users = self
                .own
                .users
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *users)
        };
        for user in users {
            // A store that fails has been told so by the check.
            let _ = self.store.delete_user(&user).await;
        }
    }
}

fn brief(text: &str) -> String {
    let mut brief: String = text.chars().take(80).collect();
    if brief.len() < text.len() {
        // Nothing fails to be written to a string.
        let _ = write!(brief, ".. ({} bytes)", text.len());
    }
    brief
}

/// The present second.
pub(super) fn now() -> SystemTime {
    Seconds::of(SystemTime::now()).to_system_time()
}

/// In an hour.
pub(super) fn soon() -> SystemTime {
    now() + HOUR
}
