//! Sessions: who a request comes from, however that is remembered.

mod active;
mod asked;
mod callbacks;
mod change;
mod elsewhere;
mod end;
mod ended;
mod error;
mod given;
mod identity;
mod issue;
mod lifetime;
mod load_user;
mod not_before;
mod prune;
mod recheck;
mod refresh;
mod revoked;
mod server_session;
mod sign_in;
mod strategy;
#[cfg(feature = "proxy")]
mod upstream;
mod user;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub use self::active::{ActiveSession, SessionName};
pub(crate) use self::asked::Asked;
pub(crate) use self::callbacks::ErasedCallbacks;
pub use self::callbacks::{CallbackError, Callbacks, JwtEvent, SessionEvent, Untrusted};
pub use self::change::Updated;
pub(crate) use self::elsewhere::Elsewhere;
pub(crate) use self::end::{Handle, TakenBack};
pub use self::error::AuthError;
#[cfg(feature = "proxy")]
pub(crate) use self::given::Gift;
pub(crate) use self::given::Given;
pub(crate) use self::identity::{Failure, Fault, Identity, Outcome};
pub(crate) use self::lifetime::Lifetime;
pub(crate) use self::load_user::{Loaded, UserLoader};
pub use self::prune::Pruning;
pub(crate) use self::recheck::Recheck;
pub(crate) use self::refresh::ResponseHalf;
pub(crate) use self::revoked::{Issued, Revoked};
pub(crate) use self::server_session::Shown;
pub use self::server_session::{ServerSession, ServerSessionError};
pub use self::sign_in::{SignIn, SignedIn, SignedOut};
pub(crate) use self::strategy::{Strategy, report, within};
#[cfg(feature = "proxy")]
pub(crate) use self::upstream::{ForwardError, Forwarded, Upstream, is_for_one_hop};
#[cfg(feature = "proxy")]
pub use self::upstream::{ProxyOptions, UpstreamStrategy};
pub use self::user::User;
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::store::StoreError;

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
    auth: Auth,
}

impl<U> Session<U> {
    pub(crate) fn new(user: U, identity: Arc<Identity>, auth: Auth) -> Self {
        Self {
            user,
            identity,
            auth,
        }
    }

    pub(crate) fn auth(&self) -> &Auth {
        &self.auth
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

    /// When the user proved who they are, if that is known. Refreshing a session does not move it.
    pub fn auth_time(&self) -> Option<SystemTime> {
        self.identity.auth_time.map(Seconds::to_system_time)
    }

    /// When the session ends without further use.
    pub fn expires(&self) -> SystemTime {
        self.identity.expires.to_system_time()
    }

    /// Whether the session still stands: for WebSockets and event streams, which outlive the check
    /// at their beginning. Ask now and then, and close the connection on `false`.
    ///
    /// With a store it is read again, past every cache; else the token's time decides, and
    /// [`user_changed`](Auth::user_changed), as a guard would. What an upstream keeps is not asked for: the
    /// credential is not at hand any more, so there it is the time alone.
    ///
    /// # Errors
    /// A [`StoreError`] if the store did not answer in time: nobody knows.
    pub async fn still_valid(&self) -> Result<bool, StoreError> {
        let identity = &self.identity;
        let (now, runtime) = (self.auth.now(), self.auth.runtime());
        let lifetime = &runtime.lifetime;
        match (&runtime.strategy, &identity.stored) {
            (Strategy::Database { store, deadline }, Some(key)) => {
                let stored = within(*deadline, store.load_live(key)).await?;
                Ok(stored.is_some_and(|session| now < lifetime.end_of(&session)))
            }
            (Strategy::Jwt { tokens, revoked }, _) => {
                let is_over = lifetime.is_over(now, identity.began);
                Ok(revoked.admits_identity(identity)
                    && tokens.lasts(identity.expires, now)
                    && !is_over)
            }
            (Strategy::Database { .. }, None) => Ok(false),
            (Strategy::Elsewhere(_), _) => Ok(now < identity.expires),
        }
    }
}

impl<U: Clone> Clone for Session<U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            identity: Arc::clone(&self.identity),
            auth: self.auth.clone(),
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
        session.serialize_field("expires", &self.identity.expires.to_iso_8601())?;
        session.end()
    }
}
