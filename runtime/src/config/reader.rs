//! Reading tokens without all that an [`Auth`](crate::Auth) is.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use super::error::Mistakes;
use super::{AuthBuilder, ConfigError, ConfigMistake, TransportSecurity};
use crate::auth::Runtime;
use crate::clock::{Clock, Seconds};
use crate::credential::{CookieStyle, Credential, SentCookie, find};
use crate::session::Strategy;
use crate::token::{ClaimMapping, Salt, SessionTokens, Token};

/// Finds tokens, and reads them.
pub(crate) struct TokenReader {
    tokens: SessionTokens,
    cookie: String,
    style: CookieStyle,
    claims: ClaimMapping,
    /// How long a session lasts at most, if there is one to know it.
    absolute: Option<Duration>,
    clock: Arc<dyn Clock>,
}

impl TokenReader {
    /// What the token of a request says, if it is valid.
    pub(crate) fn token(&self, headers: &HeaderMap) -> Option<Token> {
        let now = Seconds::of(self.clock.now());
        let claims = self.tokens.decode(&self.raw(headers)?, now).ok()?;
        let ends = claims.counted_from().zip(self.absolute);
        if ends.is_some_and(|(began, absolute)| now >= began.plus(absolute)) {
            return None;
        }
        Token::of(&claims, &self.claims)
    }

    /// The text of the credential that counts.
    pub(crate) fn raw(&self, headers: &HeaderMap) -> Option<String> {
        let sent = SentCookie::read(headers, &self.cookie, &self.style);
        match find(headers, &sent, &[]) {
            Credential::Present { token, .. } => Some(token.to_owned()),
            Credential::Absent | Credential::Unusable { .. } => None,
        }
    }
}

impl AuthBuilder {
    /// Settings that read the same tokens.
    pub(crate) fn reading_as(runtime: &Runtime) -> Self {
        let mut secrets = runtime.secrets.iter().map(|secret| secret.expose());
        let mut builder = Self::new().profile(runtime.profile);
        if let Some(secret) = secrets.next() {
            builder = builder.secret(secret);
        }
        builder = builder.previous_secrets(secrets).leeway(runtime.leeway);
        let (name, _) = runtime.cookie.plain_name();
        builder.cookie_name = (name != runtime.profile.cookie_name()).then(|| name.to_owned());
        builder.claims = runtime.claims.clone();
        builder.max_age = runtime.lifetime.max_age;
        builder.absolute_max_age = Some(runtime.lifetime.absolute);
        builder.clock = Arc::clone(&runtime.clock);
        if let Strategy::Jwt { tokens, .. } = &runtime.strategy
            && let SessionTokens::Custom(tokens) = tokens.as_ref()
        {
            builder.codec = Some(Arc::clone(&tokens.codec));
        }
        builder
    }

    pub(crate) fn into_token_reader(
        mut self,
        cookie: Option<String>,
        secure: Option<bool>,
        salt: Option<&str>,
    ) -> Result<TokenReader, ConfigError> {
        let mut mistakes = Mistakes::default();
        let secrets = self.checked_secrets(&mut mistakes);
        let style = self.profile.cookie_style();
        let cookie = match cookie {
            Some(cookie) => mistakes.keep(checked_name(cookie)),
            None => self.reads_secure(secure, &mut mistakes).map(|secure| {
                let name = self.cookie_name.as_deref();
                style.full_name(name.unwrap_or(self.profile.cookie_name()), secure)
            }),
        };
        self.check_leeway(&mut mistakes);
        let tokens = secrets
            .zip(cookie.as_deref())
            .and_then(|(secrets, cookie)| {
                let salt = match salt {
                    Some(salt) => Salt::Other(salt),
                    None => Salt::Session(cookie),
                };
                mistakes.keep(self.checked_tokens(&secrets.into(), salt))
            });
        match (tokens, cookie) {
            (Some(tokens), Some(cookie)) if mistakes.is_empty() => Ok(TokenReader {
                tokens,
                cookie,
                style,
                claims: self.claims,
                absolute: self.absolute_max_age,
                clock: self.clock,
            }),
            _ => Err(mistakes.into_error()),
        }
    }

    /// Whether the cookie is called as on `https`.
    fn reads_secure(&self, secure: Option<bool>, mistakes: &mut Mistakes) -> Option<bool> {
        if secure.is_some() {
            return secure;
        }
        if !self.knows_address() {
            mistakes.push(ConfigMistake::SecureUnknown);
            return None;
        }
        let origin = self.checked_origin(mistakes)?;
        Some(origin.security == TransportSecurity::Https)
    }
}

fn checked_name(name: String) -> Result<String, ConfigMistake> {
    // `token` of RFC 9110 section 5.6.2.
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    match !name.is_empty() && name.bytes().all(is_token) {
        true => Ok(name),
        false => Err(ConfigMistake::CookieNameInvalid { value: name }),
    }
}
