//! What session tokens are made with, and what their claims are called.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{AuthBuilder, Profile};
use crate::token::TokenCodec;

impl AuthBuilder {
    /// Whose cookies and tokens are read and written: our own, or Auth.js's, so that a Rust service and a
    /// Next.js application share one sign-in. Default: [`Profile::Native`].
    ///
    /// ```
    /// use portcullis::{Auth, Profile};
    ///
    /// let auth = Auth::builder()
    ///     .profile(Profile::AuthJsV5)
    ///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
    ///     .origin("https://app.example")
    ///     .build()?;
    /// # Ok::<(), portcullis::ConfigError>(())
    /// ```
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Secrets that were used before: tokens made with them go on to count, and are replaced when they
    /// are refreshed. Each adds its verification to the cost of a bad token. Default: none; where the
    /// environment gives the secret, `AUTH_SECRET` beside `AUTH_SECRET_1` to `AUTH_SECRET_3`, of which the
    /// highest number is the one for new tokens, as in `@auth/core`.
    pub fn previous_secrets<I>(mut self, secrets: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let secrets = secrets
            .into_iter()
            .map(|secret| Zeroizing::new(secret.into()));
        self.previous_secrets = secrets.collect();
        self
    }

    /// Makes and reads session tokens in a way of the application's own, in place of the profile's; their claims
    /// are called as Auth.js calls them. Default: the profile's own tokens. Sessions in a store have none.
    pub fn codec(mut self, codec: impl TokenCodec) -> Self {
        self.codec = Some(Arc::new(codec));
        self
    }

    /// Where a token of Auth.js says what roles its user has: the path of member names to a text, or to
    /// a list of texts. The `jwt` callback over there puts it there. Default: the claims `roles` and `role`.
    ///
    /// Our own tokens are not concerned.
    pub fn roles_claim<I>(mut self, path: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.claims.roles = Some(path.into_iter().map(Into::into).collect());
        self
    }

    /// The same for permissions. Default: the claim `permissions`.
    pub fn permissions_claim<I>(mut self, path: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.claims.permissions = Some(path.into_iter().map(Into::into).collect());
        self
    }

    /// The same for scopes, where a text has them with spaces in between. Default: the claims `scope` and
    /// `scopes`.
    pub fn scopes_claim<I>(mut self, path: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.claims.scopes = Some(path.into_iter().map(Into::into).collect());
        self
    }
}
