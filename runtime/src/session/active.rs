//! The sessions of a user: where they are signed in.

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::strategy::within;
use super::{AuthError, Session};
use crate::auth::Auth;
use crate::store::{SessionKey, StoredSession};

/// How much of a key's hash names a session.
const NAMED_BYTES: usize = 16;

/// One session of a user, as a list of devices shows it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ActiveSession {
    /// What to end it by.
    pub name: SessionName,
    /// When the user signed in, if that is known.
    pub auth_time: Option<SystemTime>,
    /// When it ends without further use.
    pub expires: SystemTime,
}

/// Names one session of a user, in a page or an address: 32 hexadecimal digits. It is no credential, and
/// ends nothing of other users.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionName(String);

impl SessionName {
    fn of(key: &SessionKey) -> Self {
        let fingerprint = key.fingerprint();
        let named = fingerprint.iter().take(NAMED_BYTES);
        Self(named.map(|byte| format!("{byte:02x}")).collect())
    }
}

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<U> Session<U> {
    /// What [`Auth::sessions_of`] calls this session; `None` without a store.
    pub fn name(&self) -> Option<SessionName> {
        self.identity().stored.as_ref().map(SessionName::of)
    }
}

impl Auth {
    /// The sessions of a user that have not expired: where they are signed in. Those that last longest
    /// come first.
    ///
    /// # Errors
    /// [`AuthError::NoStore`] if sessions are signed tokens, which nobody counts, and
    /// [`AuthError::Store`] if the store did not answer. An upstream does not tell of its sessions.
    pub async fn sessions_of(&self, user_id: &str) -> Result<Vec<ActiveSession>, AuthError> {
        let mut sessions: Vec<_> = self
            .stored_sessions_of(user_id)
            .await?
            .into_iter()
            .map(|session| ActiveSession {
                name: SessionName::of(&session.key),
                auth_time: session.auth_time,
                expires: session.expires,
            })
            .collect();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.expires));
        Ok(sessions)
    }

    /// Ends the session of a user that has this name, and says whether there was one. It is dead at once,
    /// everywhere.
    ///
    /// # Errors
    /// As for [`sessions_of`](Self::sessions_of).
    pub async fn end_session(&self, user_id: &str, name: &SessionName) -> Result<bool, AuthError> {
        // It is ended where it was found, whatever is configured for the process meanwhile.
        let auth = self.pinned();
        let sessions = auth.stored_sessions_of(user_id).await?;
        let Some(session) = sessions
            .iter()
            .find(|session| SessionName::of(&session.key) == *name)
        else {
            return Ok(false);
        };
        let runtime = auth.runtime();
        let (store, deadline) = runtime.strategy.store()?;
        Ok(within(deadline, store.delete(&session.key)).await?)
    }

    async fn stored_sessions_of(&self, user_id: &str) -> Result<Vec<StoredSession>, AuthError> {
        let runtime = self.runtime();
        let (store, deadline) = runtime.strategy.store()?;
        let (now, lifetime) = (self.now(), &runtime.lifetime);
        let mut sessions = within(deadline, store.list_user(user_id)).await?;
        sessions.retain(|session| now < lifetime.end_of(session));
        Ok(sessions)
    }
}
