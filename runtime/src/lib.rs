#![doc = include_str!("../README.md")]

mod auth;
mod clock;
mod config;
mod credential;
pub mod dangerous;
mod denial;
mod extract;
mod guard;
mod layer;
pub mod routing;
mod session;
mod store;
mod token;

pub use portcullis_macros::{authorized, guard, protected, public};

pub use self::auth::Auth;
pub use self::clock::{Clock, SystemClock};
pub use self::config::{AuthBuilder, ConfigError, ConfigMistake};
pub use self::denial::{Refused, ReturnTo};
pub use self::guard::{Guard, GuardExpression, ProvidesAuth};
pub use self::layer::{SessionLayer, SessionService};
pub use self::routing::Router;
pub use self::session::{AuthError, Session, SignedIn, SignedOut, User};
#[cfg(feature = "sqlite")]
pub use self::store::SqliteStore;
pub use self::store::{SessionKey, SessionStore, StoreError, StoredSession};

/// What the attributes write. Not for use by hand, and free to change with every version.
#[doc(hidden)]
pub mod __private {
    pub use crate::denial::OnAnonymous;
    pub use crate::guard::{Access, Declaration, Requirement, Rule};

    /// What `guard!(..)` evaluates to.
    #[must_use]
    pub const fn guard_expression<R: Rule>() -> crate::GuardExpression<R> {
        crate::GuardExpression::new()
    }
}
