//! Session tokens as the application makes them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{ClaimRules, InvalidToken, Payload, SessionClaims};
use crate::clock::Seconds;
use crate::config::Secret;

/// Makes and reads session tokens in a way of the application's own: what `jwt.encode` and `jwt.decode` are
/// to NextAuth. Set by [`AuthBuilder::codec`](crate::AuthBuilder::codec).
///
/// A codec answers for the form alone: that a token was made with the secret, and which claims are in it.
/// Whether they are in their time (`exp` and `nbf`, with the configured leeway), and whom they are about, is
/// checked here in any case. A token without `exp` ends [`max_age`](CodecContext::max_age) after its `iat`;
/// one without either, and one without `sub`, is refused. All claims are to be written, also those it does
/// not know: `portcullis` has what ends a session's tokens together.
///
/// The tokens of NextAuth's guides, which sign with the package `jsonwebtoken`:
///
/// ```
/// use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
/// use portcullis::{Auth, CodecContext, CodecError, Profile, TokenCodec};
/// use serde_json::{Map, Value};
///
/// struct Hs256;
///
/// impl TokenCodec for Hs256 {
///     fn encode(&self, claims: &Map<String, Value>, context: &CodecContext<'_>) -> Result<String, CodecError> {
///         let key = EncodingKey::from_secret(context.secret().as_bytes());
///         Ok(encode(&Header::new(Algorithm::HS256), claims, &key)?)
///     }
///
///     fn decode(&self, token: &str, context: &CodecContext<'_>) -> Result<Map<String, Value>, CodecError> {
///         let mut validation = Validation::new(Algorithm::HS256);
///         validation.required_spec_claims.clear();
///         validation.validate_exp = false;
///         for secret in context.secrets() {
///             let key = DecodingKey::from_secret(secret.as_bytes());
///             if let Ok(token) = decode(token, &key, &validation) {
///                 return Ok(token.claims);
///             }
///         }
///         Err(CodecError::new())
///     }
/// }
///
/// let auth = Auth::builder()
///     .profile(Profile::NextAuthV4)
///     .codec(Hs256)
///     .secret("uiZ6rNFTFaIfgUHVpBXXlvCYZTPFSN8X0Pd7lK0ndjE=")
///     .origin("https://app.example")
///     .build()?;
/// # Ok::<(), portcullis::ConfigError>(())
/// ```
pub trait TokenCodec: Send + Sync + 'static {
    /// A token with these claims, in characters that a cookie can hold (RFC 6265 section 4.1.1). `iat`,
    /// `exp` and `jti` are among the claims.
    ///
    /// # Errors
    /// Whatever hinders it; nobody is signed in then, and nothing refreshed.
    fn encode(
        &self,
        claims: &Map<String, Value>,
        context: &CodecContext<'_>,
    ) -> Result<String, CodecError>;

    /// The claims of a token that was made with one of the secrets.
    ///
    /// # Errors
    /// Whatever is wrong with it; the token is refused then.
    fn decode(
        &self,
        token: &str,
        context: &CodecContext<'_>,
    ) -> Result<Map<String, Value>, CodecError>;
}

/// What a [`TokenCodec`] is given besides.
pub struct CodecContext<'a> {
    secrets: &'a [Secret],
    salt: &'a str,
    max_age: Duration,
    now: Seconds,
}

impl<'a> CodecContext<'a> {
    /// The secret that new tokens are made with.
    pub fn secret(&self) -> &'a str {
        self.secrets().next().unwrap_or_default()
    }

    /// All secrets that tokens may have been made with, the one for new tokens first.
    pub fn secrets(&self) -> impl Iterator<Item = &'a str> {
        self.secrets.iter().map(Secret::expose)
    }

    /// What the token is for: the full name of the session cookie, unless told otherwise.
    pub fn salt(&self) -> &'a str {
        self.salt
    }

    /// How long a session lasts without use.
    pub fn max_age(&self) -> Duration {
        self.max_age
    }

    /// The present moment, by the clock of the [`Auth`](crate::Auth).
    pub fn now(&self) -> SystemTime {
        self.now.to_system_time()
    }
}

impl fmt::Debug for CodecContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodecContext")
            .field("salt", &self.salt)
            .finish_non_exhaustive()
    }
}

/// A [`TokenCodec`] could not do what it was asked. It can be made from every error, and keeps none of it: what
/// a parser says may quote the token.
#[derive(Debug, Clone, Copy, Default)]
pub struct CodecError(());

impl CodecError {
    /// An error about which there is nothing to say.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl<E: std::error::Error> From<E> for CodecError {
    fn from(_: E) -> Self {
        Self::new()
    }
}

/// The application's codec, with what it is given.
pub(crate) struct CustomTokens {
    pub(crate) codec: Arc<dyn TokenCodec>,
    pub(crate) secrets: Arc<[Secret]>,
    pub(crate) salt: String,
    pub(crate) rules: ClaimRules,
}

impl CustomTokens {
    fn context(&self, now: Seconds) -> CodecContext<'_> {
        CodecContext {
            secrets: &self.secrets,
            salt: &self.salt,
            max_age: self.rules.max_age,
            now,
        }
    }

    pub(super) fn encode(&self, claims: &SessionClaims) -> Option<Zeroizing<String>> {
        let payload = Payload::of(claims, &self.rules.mapping)?;
        let context = self.context(Seconds(claims.iat));
        let token = self.codec.encode(payload.claims(), &context).ok()?;
        // `cookie-octet` of RFC 6265 section 4.1.1.
        let is_octet = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        let is_usable = !token.is_empty() && token.bytes().all(is_octet);
        is_usable.then(|| Zeroizing::new(token))
    }

    pub(super) fn decode(&self, token: &str, now: Seconds) -> Result<SessionClaims, InvalidToken> {
        let decoded = self.codec.decode(token, &self.context(now)).ok();
        let payload = decoded.and_then(Payload::checked);
        let payload = payload.ok_or(InvalidToken::Refused)?;
        let mut claims = self.rules.admit(&payload, now)?;
        // Nobody knows which part of such a token no other one has.
        claims.sid.get_or_insert_with(|| {
            URL_SAFE_NO_PAD.encode(digest(&SHA256, token.as_bytes()).as_ref())
        });
        Ok(claims)
    }
}
