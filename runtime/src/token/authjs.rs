//! The session tokens of Auth.js: claims, encrypted under a key that is derived from the secret.

use aws_lc_rs::hkdf::{self, HKDF_SHA256, KeyType};
use zeroize::Zeroizing;

use super::jwe::{self, ContentKey, Encryption};
use super::{ClaimRules, InvalidToken, Payload, SessionClaims};
use crate::clock::Seconds;
use crate::config::{ConfigMistake, Secret};

/// Which Auth.js.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    NextAuthV4,
    AuthJsV5,
}

/// What tokens are for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Salt<'a> {
    /// Sessions, in the cookie of that name.
    Session(&'a str),
    /// What else a name was given to.
    Other(&'a str),
}

impl<'a> Salt<'a> {
    pub(crate) fn name(self) -> &'a str {
        match self {
            Self::Session(name) | Self::Other(name) => name,
        }
    }
}

/// Encrypts and opens session tokens: JWE compact serialisation with a direct key, and nothing else.
pub(crate) struct AuthjsTokens {
    /// The first one encrypts, all of them open.
    keys: Vec<ContentKey>,
    pub(super) rules: ClaimRules,
}

impl AuthjsTokens {
    /// The tokens that the cookie of that name carries, or another `salt` is for. The first secret is for
    /// new ones.
    pub(crate) fn new(
        dialect: Dialect,
        secrets: &[Secret],
        salt: Salt<'_>,
        rules: ClaimRules,
    ) -> Result<Self, ConfigMistake> {
        let encryptions: &[_] = match dialect {
            Dialect::NextAuthV4 => &[Encryption::A256Gcm],
            Dialect::AuthJsV5 => &[Encryption::A256CbcHs512, Encryption::A256Gcm],
        };
        let mut keys = Vec::new();
        for secret in secrets {
            for encryption in encryptions {
                keys.push(content_key(dialect, *encryption, secret, salt)?);
            }
        }
        Ok(Self { keys, rules })
    }

    /// An encrypted token, or `None` if the claims cannot be written as JSON.
    pub(crate) fn encode(&self, claims: &SessionClaims) -> Option<Zeroizing<String>> {
        let payload = Payload::of(claims, &self.rules.mapping)?;
        let text = Zeroizing::new(payload.to_json()?);
        let key = self.keys.first()?;
        key.seal(text.as_bytes()).map(Zeroizing::new)
    }

    /// The claims of a token that one of our keys opens and that is in its time at `now`.
    pub(crate) fn decode(&self, token: &str, now: Seconds) -> Result<SessionClaims, InvalidToken> {
        let text = jwe::open(token, &self.keys).map_err(|_| InvalidToken::Refused)?;
        let payload = Payload::parse(&text).ok_or(InvalidToken::Refused)?;
        self.rules.admit(&payload, now)
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
    salt: Salt<'_>,
) -> Result<ContentKey, ConfigMistake> {
    let failed = |_| ConfigMistake::Cryptography {
        reason: "HKDF-SHA256 failed",
    };
    let salt = match (dialect, salt) {
        (Dialect::NextAuthV4, Salt::Session(_)) => "",
        (_, Salt::Session(name) | Salt::Other(name)) => name,
    };
    let maker = match dialect {
        Dialect::NextAuthV4 => "NextAuth.js",
        Dialect::AuthJsV5 => "Auth.js",
    };
    let info = match salt {
        "" => format!("{maker} Generated Encryption Key"),
        salt => format!("{maker} Generated Encryption Key ({salt})"),
    };
    let mut key = Zeroizing::new(vec![0; encryption.key_length()]);
    hkdf::Salt::new(HKDF_SHA256, salt.as_bytes())
        .extract(secret.as_bytes())
        .expand(&[info.as_bytes()], Length(key.len()))
        .and_then(|okm| okm.fill(&mut key))
        .map_err(failed)?;
    ContentKey::new(encryption, &key, dialect == Dialect::AuthJsV5).map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::value::RawValue;

    use super::*;
    use crate::token::ClaimMapping;

    const NOW: Seconds = Seconds(1_700_000_000);

    fn tokens(dialect: Dialect, salt: Salt<'_>) -> AuthjsTokens {
        let built = crate::Auth::builder()
            .secret("one-secret-of-32-bytes-at-the-least")
            .origin("https://app.example")
            .build();
        let Ok(auth) = built else { unreachable!() };
        let rules = ClaimRules {
            mapping: ClaimMapping::default(),
            leeway: Duration::from_secs(15),
            max_age: Duration::from_secs(60),
        };
        let made = AuthjsTokens::new(dialect, &auth.runtime().secrets, salt, rules);
        let Ok(tokens) = made else { unreachable!() };
        tokens
    }

    fn claims() -> SessionClaims {
        let Ok(user) = RawValue::from_string(r#"{"id":"7"}"#.to_owned()) else {
            unreachable!()
        };
        SessionClaims {
            sub: "7".to_owned(),
            user,
            iat: NOW.0,
            exp: NOW.0 + 60,
            jti: None,
            sid: None,
            checked: None,
            since: None,
            nbf: None,
            auth_time: None,
            acr: None,
            remember: true,
            began: None,
            dated: None,
            original: None,
        }
    }

    #[test]
    fn cve_2023_48309_what_is_made_for_another_purpose_opens_no_session() {
        for (dialect, session) in [
            (Dialect::NextAuthV4, "next-auth.session-token"),
            (Dialect::AuthJsV5, "authjs.session-token"),
        ] {
            let prefix = session.trim_end_matches("session-token");
            let sessions = tokens(dialect, Salt::Session(session));
            for purpose in ["pkce.code_verifier", "state", "nonce", "csrf-token"] {
                let cookie = format!("{prefix}{purpose}");
                let checks = tokens(dialect, Salt::Other(&cookie));
                for (maker, reader) in [(&checks, &sessions), (&sessions, &checks)] {
                    let token = maker.encode(&claims()).unwrap_or_default();
                    assert!(maker.decode(&token, NOW).is_ok(), "{cookie}");
                    assert!(reader.decode(&token, NOW).is_err(), "{cookie}");
                }
            }
        }
    }

    #[test]
    fn cookies_of_other_names_have_other_keys_in_version_5_alone() {
        for (dialect, is_one_key) in [(Dialect::NextAuthV4, true), (Dialect::AuthJsV5, false)] {
            let plain = tokens(dialect, Salt::Session("session-token"));
            let secure = tokens(dialect, Salt::Session("__Secure-session-token"));
            let token = plain.encode(&claims()).unwrap_or_default();
            assert_eq!(secure.decode(&token, NOW).is_ok(), is_one_key);
        }
    }
}
