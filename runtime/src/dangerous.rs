//! Choices that give up some safety, each named for what it does.
//!
//! Nothing here happens by accident: a choice is made by name and handed to
//! [`AuthBuilder::dangerous`](crate::AuthBuilder::dangerous), so that a reviewer finds every one
//! of them by searching for this word.

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
