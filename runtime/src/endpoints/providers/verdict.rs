//! What comes of an attempt to sign in.

use std::time::Duration;

use crate::session::User;

/// What an application says to somebody's credentials. An `Option` of a user becomes one, so most have no
/// need of it.
///
/// ```
/// # use portcullis::{CredentialsInput, CredentialsVerdict, User};
/// async fn authorize(input: CredentialsInput) -> Result<CredentialsVerdict, std::io::Error> {
///     # let password_is_right = true;
///     Ok(match input.get("totp") {
///         None if password_is_right => CredentialsVerdict::rejected_with("totp_needed"),
///         _ => CredentialsVerdict::rejected(),
///     })
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CredentialsVerdict(pub(super) Result<User, Option<String>>);

impl CredentialsVerdict {
    /// It is that user.
    pub fn accepted(user: impl Into<User>) -> Self {
        Self(Ok(user.into()))
    }

    /// Nobody was recognised. It tells nothing more, least of all whether there is such an account.
    pub fn rejected() -> Self {
        Self(Err(None))
    }

    /// Nobody was recognised, for a reason of the application's own: what Auth.js v5 has as the `code` of a
    /// `CredentialsSignin`. The visitor reads it in the address of the page they are sent to.
    pub fn rejected_with(code: impl Into<String>) -> Self {
        Self(Err(Some(code.into())))
    }
}

impl<U: Into<User>> From<Option<U>> for CredentialsVerdict {
    fn from(user: Option<U>) -> Self {
        user.map_or_else(Self::rejected, Self::accepted)
    }
}

/// What came of an attempt, as [`Auth::authenticate`](crate::Auth::authenticate) tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum Authenticated {
    /// It is that user: the one to [sign in](crate::Auth::sign_in).
    User(User),
    /// Nobody was recognised.
    Rejected {
        /// Why, if the application said so.
        code: Option<String>,
    },
    /// There were too many failures before, so nobody looked: 429.
    TooMany {
        /// When to try again, in whole seconds: for the header `Retry-After` (RFC 9110 section 10.2.3).
        retry_after: Duration,
    },
    /// Nobody knows: something that [`authorize`](super::Credentials::new) depends on is broken or late, or no
    /// [`Credentials`](super::Credentials) are configured. The log says which.
    Failed,
}
