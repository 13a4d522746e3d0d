//! Choices that give up some safety, each named for what it does.
//!
//! Nothing here happens by accident: a choice is made by name, from this module, so that a reviewer finds
//! every one of them by searching for this word. Most are handed to
//! [`AuthBuilder::dangerous`](crate::AuthBuilder::dangerous).

use crate::auth::Auth;
use crate::server::{ForwardError, Forwarding};
#[cfg(feature = "tower-sessions")]
pub use crate::store::TowerSessionsStore;

/// A choice that gives up some safety.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DangerousChoice {
    /// See [`insecure_cookies`].
    InsecureCookies,
}

/// Allows an `http` origin on a host that is not the own machine. Whoever can read the network
/// between can then take over sessions.
#[must_use]
pub const fn insecure_cookies() -> DangerousChoice {
    DangerousChoice::InsecureCookies
}

/// [`Auth::forward_to`] for an origin over plain `http` as well, such as another container. Whoever can read the
/// network between can then take over sessions.
///
/// # Errors
/// If it is no origin.
pub fn forward_in_the_clear(auth: &Auth, origin: &str) -> Result<Forwarding, ForwardError> {
    Forwarding::in_the_clear(auth, origin)
}

/// Keeps sessions in any store of [tower-sessions](https://docs.rs/tower-sessions-core) 0.15, as
/// [`AuthBuilder::store`](crate::AuthBuilder::store) takes it (feature `tower-sessions`).
///
/// Its `save` writes what it is given, there or not, so a slow request could bring back a session that has
/// ended. It is never called. What that costs:
/// - Sessions are not extended: they end [`max_age`](crate::AuthBuilder::max_age) after sign-in, used or
///   not.
/// - Nobody knows the sessions of a user: `sign_out_everywhere`, `sessions_of` and `end_session` are errors.
/// - [`Auth::update`](crate::Auth::update) gives the session a new id, whatever changes.
/// - Of two requests that end the same session at once, both are told that they did. So a session that is
///   signed out while another request rotates or updates it may go on under the new id.
/// - Expired sessions are removed by the store's own `ExpiredDeletion`, not by
///   [`Auth::prune_every`](crate::Auth::prune_every).
///
/// `docs/tower-sessions.md` lists the checks of the store contract that it cannot pass.
///
/// The store is told half of the SHA-256 of a session's id, never the id.
#[cfg(feature = "tower-sessions")]
pub const fn tower_sessions<T>(store: T) -> TowerSessionsStore<T>
where
    T: tower_sessions_core::SessionStore,
{
    TowerSessionsStore::new(store)
}
