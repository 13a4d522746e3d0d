use std::fmt;
use std::time::SystemTime;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Session;
use crate::clock::Seconds;

/// A session as Auth.js shows it: what its `GET /session` answers, and what
/// [`get_server_session`](crate::Auth::get_server_session) gives.
///
/// As JSON it is `{"user": {"name": .., "email": .., "image": ..}, "expires": "2026-01-31T12:00:00.000Z"}`, and
/// after it what [`Callbacks::session`](crate::Callbacks::session) has added. Ids, roles and other columns
/// of the user are not there unless the callback adds them: browsers are shown all of it.
#[derive(Clone)]
#[non_exhaustive]
pub struct ServerSession {
    /// The user: `name`, `email` and `image`, as far as they are known.
    pub user: Map<String, Value>,
    /// When the session ends without further use. Shown in whole seconds.
    pub expires: SystemTime,
    /// What else is shown. Members called `user` or `expires` are not.
    pub extra: Map<String, Value>,
    session: Session,
}

impl ServerSession {
    pub(crate) fn new(shown: Shown, session: Session) -> Self {
        let Shown {
            user,
            expires,
            extra,
        } = shown;
        Self {
            user,
            expires,
            extra,
            session,
        }
    }

    pub(crate) fn into_shown(self) -> Shown {
        Shown {
            user: self.user,
            expires: self.expires,
            extra: self.extra,
        }
    }

    /// The session as guards see it: who it is, and what they may do.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

impl Serialize for ServerSession {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("user", &self.user)?;
        let expires = Seconds::of(self.expires).to_iso_8601();
        members.serialize_entry("expires", &expires)?;
        for (name, value) in &self.extra {
            if name != "user" && name != "expires" {
                members.serialize_entry(name, value)?;
            }
        }
        members.end()
    }
}

/// Shows the id of the user and when the session ends.
impl fmt::Debug for ServerSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSession")
            .field("user_id", &self.session.user_id())
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// What is shown of a session.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) user: Map<String, Value>,
    pub(crate) expires: SystemTime,
    pub(crate) extra: Map<String, Value>,
}

impl Shown {
    /// What somebody else shows of it.
    pub(super) fn told(mut told: Map<String, Value>, expires: SystemTime) -> Self {
        told.remove("expires");
        let user = match told.remove("user") {
            Some(Value::Object(user)) => user,
            _ => Map::new(),
        };
        Self {
            user,
            expires,
            extra: told,
        }
    }
}

/// Why nobody knows whether there is a session.
///
/// As a response it is 503 when the store, or the upstream, did not answer, else 500; the log has the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerSessionError {
    /// The store, the database of the users or the upstream did not answer, not in time, or, if it is the
    /// upstream, not with a session that can be read.
    #[error("sessions cannot be checked just now")]
    Unavailable,
    /// The session, or the user in it, cannot be read.
    #[error("the session cannot be read")]
    Corrupt,
    /// A callback failed.
    #[error("a callback failed")]
    Callback,
    /// The process-wide runtime is not configured (yet).
    #[error("`configure_auth_runtime` has not been called")]
    Unconfigured,
}
