//! Sessions: who a request comes from, however that is remembered.

mod error;
mod identity;
mod sign_in;
mod strategy;
mod user;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub use self::error::AuthError;
pub(crate) use self::identity::{Failure, Fault, Identity, Outcome};
pub use self::sign_in::{SignIn, SignedIn, SignedOut};
pub(crate) use self::strategy::Strategy;
pub use self::user::User;
use crate::clock::Seconds;

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetime {
    pub(crate) max_age: Duration,
    pub(crate) update_age: Duration,
}

impl Lifetime {
    pub(crate) fn is_refresh_due(&self, expires: Seconds, now: Seconds) -> bool {
        let left = expires.since(now);
        self.max_age.saturating_sub(left) >= self.update_age
    }
}

/// The verified session of a request.
///
/// As a handler's argument it is always there under `#[protected]` and `#[authorized(..)]`;
/// public handlers take `Option<Session>`. `U` is the application's view of the user: any type
/// that serde can read from what was handed to [`Auth::sign_in`](crate::Auth::sign_in). By
/// default it is [`User`]. The credential itself is not in here.
///
/// As JSON it is `{"user": .., "expires": "2026-01-31T12:00:00.000Z"}`.
pub struct Session<U = User> {
    /// The user, as the application sees them.
    pub user: U,
    identity: Arc<Identity>,
}

impl<U> Session<U> {
    pub(crate) fn new(user: U, identity: Arc<Identity>) -> Self {
        Self { user, identity }
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn shared_identity(&self) -> Arc<Identity> {
        Arc::clone(&self.identity)
    }

    /// The id of the user, as it was signed in.
    pub fn user_id(&self) -> &str {
        &self.identity.user_id
    }

    /// The roles of the user.
    pub fn roles(&self) -> &[String] {
        &self.identity.roles
    }

    /// Whether the user has the role of that name.
    pub fn has_role(&self, role: &str) -> bool {
        self.identity.roles.iter().any(|held| held == role)
    }

    /// The permissions of the user.
    pub fn permissions(&self) -> &[String] {
        &self.identity.permissions
    }

    /// Whether the user has the permission of that name.
    pub fn has_permission(&self, permission: &str) -> bool {
        self.identity
            .permissions
            .iter()
            .any(|held| held == permission)
    }

    /// The scopes of the user's token.
    pub fn scopes(&self) -> &[String] {
        &self.identity.scopes
    }

    /// How strongly the user proved who they are, if that was said at sign-in (`acr`, OpenID
    /// Connect Core section 2).
    pub fn acr(&self) -> Option<&str> {
        self.identity.acr.as_deref()
    }

    /// When the user proved who they are. Refreshing a session does not move it.
    pub fn auth_time(&self) -> SystemTime {
        self.identity.auth_time.to_system_time()
    }

    /// When the session ends without further use.
    pub fn expires(&self) -> SystemTime {
        self.identity.expires.to_system_time()
    }
}

impl<U: Clone> Clone for Session<U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            identity: Arc::clone(&self.identity),
        }
    }
}

impl<U> fmt::Debug for Session<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("user_id", &self.user_id())
            .finish_non_exhaustive()
    }
}

impl<U: Serialize> Serialize for Session<U> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut session = serializer.serialize_struct("Session", 2)?;
        session.serialize_field("user", &self.user)?;
        session.serialize_field("expires", &iso_8601(self.identity.expires))?;
        session.end()
    }
}

/// The form that JavaScript's `Date.prototype.toISOString` gives.
fn iso_8601(moment: Seconds) -> String {
    let moment = cookie::time::OffsetDateTime::from_unix_timestamp(moment.0)
        .unwrap_or(cookie::time::OffsetDateTime::UNIX_EPOCH);
    let (date, time) = (moment.date(), moment.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.000Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_printed_as_javascript_prints_them() {
        assert_eq!(iso_8601(Seconds(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso_8601(Seconds(1_709_210_096)), "2024-02-29T12:34:56.000Z");
        assert_eq!(iso_8601(Seconds(i64::MAX)), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_refresh_is_due_after_the_update_age() {
        let lifetime = Lifetime {
            max_age: Duration::from_secs(100),
            update_age: Duration::from_secs(10),
        };
        assert!(!lifetime.is_refresh_due(Seconds(100), Seconds(9)));
        assert!(lifetime.is_refresh_due(Seconds(100), Seconds(10)));
        assert!(lifetime.is_refresh_due(Seconds(100), Seconds(99)));
    }
}
