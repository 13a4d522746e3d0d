//! The session tokens of Auth.js: claims, encrypted under a key that is derived from the secret.

mod claims;
mod mapping;

use std::time::Duration;

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use self::claims::Payload;
pub(crate) use self::mapping::{ClaimMapping, Grants};
use super::jwe::{self, ContentKey, Encryption};
use super::{InvalidToken, SessionClaims};
use crate::clock::Seconds;
use crate::config::{ConfigMistake, Secret};

/// Which Auth.js.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    NextAuthV4,
    AuthJsV5,
}

/// Encrypts and opens session tokens: JWE compact serialisation with a direct key, and nothing else.
pub(crate) struct AuthjsTokens {
    /// The first one encrypts, all of them open.
    keys: Vec<ContentKey>,
    mapping: ClaimMapping,
    leeway: Duration,
}

impl AuthjsTokens {
    /// The tokens that the cookie of that name carries. The first secret is for new ones.
    pub(crate) fn new(
        dialect: Dialect,
        secrets: &[Secret],
        cookie: &str,
        mapping: ClaimMapping,
        leeway: Duration,
    ) -> Result<Self, ConfigMistake> {
        let encryptions: &[_] = match dialect {
            Dialect::NextAuthV4 => &[Encryption::A256Gcm],
            Dialect::AuthJsV5 => &[Encryption::A256CbcHs512, Encryption::A256Gcm],
        };
        let mut keys = Vec::new();
        for secret in secrets {
            for encryption in encryptions {
                keys.push(content_key(dialect, *encryption, secret, cookie)?);
            }
        }
        Ok(Self {
            keys,
            mapping,
            leeway,
        })
    }

    /// An encrypted token, or `None` if the claims cannot be written as JSON.
    pub(crate) fn encode(&self, claims: &SessionClaims) -> Option<Zeroizing<String>> {
        let payload = Payload::of(claims, &self.mapping)?;
        let text = Zeroizing::new(payload.to_json()?);
        let key = self.keys.first()?;
        key.seal(text.as_bytes()).map(Zeroizing::new)
    }

    /// The claims of a token that one of our keys opens and that is in its time at `now`.
    pub(crate) fn decode(&self, token: &str, now: Seconds) -> Result<SessionClaims, InvalidToken> {
        let text = jwe::open(token, &self.keys).map_err(|_| InvalidToken::Refused)?;
        let payload = Payload::parse(&text).ok_or(InvalidToken::Refused)?;
        let claims = payload.read(&self.mapping).ok_or(InvalidToken::Refused)?;
        if claims.nbf.is_some_and(|nbf| nbf > now.plus(self.leeway).0) {
            return Err(InvalidToken::Refused);
        }
        if Seconds(claims.exp).plus(self.leeway) <= now {
            return Err(InvalidToken::Expired);
        }
        Ok(claims)
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// Version 5 makes another key for each cookie; version 4 has one for all session cookies.
fn content_key(
    dialect: Dialect,
    encryption: Encryption,
    secret: &Secret,
    cookie: &str,
) -> Result<ContentKey, ConfigMistake> {
    let failed = |_| ConfigMistake::Cryptography {
        reason: "HKDF-SHA256 failed",
    };
    let (salt, info) = match dialect {
        Dialect::NextAuthV4 => ("", "NextAuth.js Generated Encryption Key".to_owned()),
        Dialect::AuthJsV5 => (
            cookie,
            format!("Auth.js Generated Encryption Key ({cookie})"),
        ),
    };
    let mut key = Zeroizing::new(vec![0; encryption.key_length()]);
    Salt::new(HKDF_SHA256, salt.as_bytes())
        .extract(secret.as_bytes())
        .expand(&[info.as_bytes()], Length(key.len()))
        .and_then(|okm| okm.fill(&mut key))
        .map_err(failed)?;
    ContentKey::new(encryption, &key, dialect == Dialect::AuthJsV5).map_err(failed)
}
