use std::fmt;
use std::time::Duration;

use super::raw::UnverifiedRawToken;
use super::{Auth, HeadersInput};
use crate::clock::Clock;
use crate::config::{AuthBuilder, ConfigError, Profile, TokenReader};
use crate::token::{Token, TokenCodec};

/// How [`get_token_with`] finds and reads a token: what `getToken` of Auth.js takes as parameters.
///
/// | | Default |
/// | --- | --- |
/// | [`profile`](Self::profile) | [`Profile::Native`] |
/// | [`secret`](Self::secret) | the environment, as for [`AuthBuilder::secret`] |
/// | [`secure`](Self::secure) | whether `AUTH_URL`, else `NEXTAUTH_URL`, is `https` |
/// | [`cookie_name`](Self::cookie_name) | the profile's, with its prefix if `secure` |
/// | [`salt`](Self::salt) | the session cookie's |
/// | [`codec`](Self::codec) | the profile's own tokens |
/// | [`leeway`](Self::leeway) | the profile's |
///
/// `getToken` of NextAuth 4 takes a missing `NEXTAUTH_URL` for `http`, and that of Auth.js 5 always looks for the
/// plain name unless told: here it is a mistake not to know, for a plain cookie on an `https` site may come
/// from anybody on the way.
#[must_use = "options do nothing until they are used"]
pub struct TokenOptions {
    builder: AuthBuilder,
    cookie_name: Option<String>,
    secure: Option<bool>,
    salt: Option<String>,
}

impl TokenOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            builder: AuthBuilder::new(),
            cookie_name: None,
            secure: None,
            salt: None,
        }
    }

    /// Whose tokens they are.
    pub fn profile(self, profile: Profile) -> Self {
        self.with(|builder| builder.profile(profile))
    }

    /// The secret that tokens are made with: at least 32 bytes.
    pub fn secret(self, secret: impl Into<String>) -> Self {
        self.with(|builder| builder.secret(secret))
    }

    /// Secrets that tokens may have been made with before.
    pub fn previous_secrets<I>(self, secrets: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.with(|builder| builder.previous_secrets(secrets))
    }

    /// Whether the cookie is `Secure`, so that its name has the profile's prefix.
    pub fn secure(mut self, secure: bool) -> Self {
        self.secure = Some(secure);
        self
    }

    /// The full name of the cookie, with its prefix.
    pub fn cookie_name(mut self, name: impl Into<String>) -> Self {
        self.cookie_name = Some(name.into());
        self
    }

    /// What the tokens are for, if not sessions: the name that their key was derived with.
    pub fn salt(mut self, salt: impl Into<String>) -> Self {
        self.salt = Some(salt.into());
        self
    }

    /// Reads tokens in a way of the application's own.
    pub fn codec(self, codec: impl TokenCodec) -> Self {
        self.with(|builder| builder.codec(codec))
    }

    /// How far another machine's clock may be off, in whole seconds, at most 5 minutes.
    pub fn leeway(self, leeway: Duration) -> Self {
        self.with(|builder| builder.leeway(leeway))
    }

    /// How long a token counts that only says when it was issued. Default: 30 days.
    pub fn max_age(self, max_age: Duration) -> Self {
        self.with(|builder| builder.max_age(max_age))
    }

    /// Looks variables up with `lookup` instead of the process environment.
    pub fn environment(
        self,
        lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.with(|builder| builder.environment(lookup))
    }

    /// Measures all times by `clock`. Default: [`SystemClock`](crate::SystemClock).
    pub fn clock(self, clock: impl Clock) -> Self {
        self.with(|builder| builder.clock(clock))
    }

    fn with(mut self, set: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        self.builder = set(self.builder);
        self
    }

    fn into_reader(self) -> Result<TokenReader, ConfigError> {
        let Self {
            builder,
            cookie_name,
            secure,
            salt,
        } = self;
        builder.into_token_reader(cookie_name, secure, salt.as_deref())
    }
}

impl Default for TokenOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TokenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenOptions")
            .field("cookie_name", &self.cookie_name)
            .field("secure", &self.secure)
            .field("salt", &self.salt)
            .finish_non_exhaustive()
    }
}

impl Auth {
    /// Options that find and read the tokens of this `Auth`: change what is to be otherwise.
    ///
    /// ```
    /// # use axum::http::HeaderMap;
    /// # use portcullis::{Auth, ConfigError, Token, get_token_with};
    /// # fn example(auth: &Auth, headers: &HeaderMap) -> Result<Option<Token>, ConfigError> {
    /// get_token_with(headers, auth.token_options().cookie_name("old.session-token"))
    /// # }
    /// ```
    pub fn token_options(&self) -> TokenOptions {
        TokenOptions {
            builder: AuthBuilder::reading_as(&self.runtime()),
            cookie_name: None,
            secure: Some(self.runtime().cookie.plain_name().1),
            salt: None,
        }
    }
}

/// What the token of a request says, without an [`Auth`]: `getToken` of Auth.js. `None` if there is no token, or
/// none that is valid and in its time; the first credential that is present decides alone. What was signed out
/// or changed meanwhile is not known here.
///
/// Keys are derived with each call. An [`Auth`] does that once.
///
/// ```
/// # use axum::http::HeaderMap;
/// # use portcullis::{ConfigError, Profile, Token, TokenOptions, get_token_with};
/// # fn example(headers: &HeaderMap, secret: String) -> Result<Option<Token>, ConfigError> {
/// let options = TokenOptions::new().profile(Profile::AuthJsV5).secret(secret).secure(true);
/// get_token_with(headers, options)
/// # }
/// ```
///
/// # Errors
/// A [`ConfigError`] that lists what is wrong with the options. A missing secret is one whether or not the request
/// has a token, as in NextAuth 4; Auth.js 5 notices it with the first token only.
pub fn get_token_with(
    input: impl HeadersInput,
    options: TokenOptions,
) -> Result<Option<Token>, ConfigError> {
    let reader = options.into_reader()?;
    Ok(reader.token(&input.credentials()))
}

/// The text of the credential of a request, if there is one: nobody has looked into it, and it may be anything.
///
/// # Errors
/// As for [`get_token_with`]: the secret is asked for here too.
pub fn get_raw_token_with(
    input: impl HeadersInput,
    options: TokenOptions,
) -> Result<Option<UnverifiedRawToken>, ConfigError> {
    let reader = options.into_reader()?;
    let token = reader.raw(&input.credentials());
    Ok(token.map(UnverifiedRawToken::new))
}
