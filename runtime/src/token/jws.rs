use std::time::Duration;

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};

use super::{SessionClaims, keys};
use crate::clock::Seconds;
use crate::config::{ConfigMistake, Secret};

/// Tells a session token from every other token of the application (RFC 8725 section 3.11).
const TYPE: &str = "session+jwt";
const PURPOSE: &str = "portcullis session token, HS256, version 1";

/// Signs and verifies session tokens: JWS compact serialisation, HS256 and nothing else.
pub(crate) struct NativeTokens {
    encoding: EncodingKey,
    /// The first one belongs to the key that signs.
    decoding: Vec<DecodingKey>,
    validation: Validation,
    /// How far another machine's clock may run ahead.
    leeway: Duration,
    header: Header,
    /// The first segment of every token of ours, with its dot.
    header_segment: String,
}

/// A token that is not ours, was tampered with, or lies outside its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidToken {
    Expired,
    /// Everything else looks the same from outside.
    Refused,
}

impl NativeTokens {
    /// The tokens that the cookie of that name carries: another cookie's are none of ours. The first
    /// secret signs new ones.
    pub(crate) fn new(
        secrets: &[Secret],
        cookie: &str,
        leeway: Duration,
    ) -> Result<Self, ConfigMistake> {
        // An error only says that the application installed a provider before: that one serves too.
        let _ = DEFAULT_PROVIDER.install_default();
        let keys = secrets
            .iter()
            .map(|secret| keys::derive(secret, &[PURPOSE, cookie]))
            .collect::<Result<Vec<_>, _>>()?;
        let first = keys.first().ok_or(ConfigMistake::SecretMissing)?;
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let encoding = EncodingKey::from_secret(first.as_ref());
        let sample = encode(&header, &(), &encoding).map_err(|_| ConfigMistake::Cryptography {
            reason: "HS256 signing failed",
        })?;
        let header_segment = sample
            .split_inclusive('.')
            .next()
            .unwrap_or_default()
            .to_owned();
        Ok(Self {
            encoding,
            decoding: keys
                .iter()
                .map(|key| DecodingKey::from_secret(key.as_ref()))
                .collect(),
            validation,
            leeway,
            header,
            header_segment,
        })
    }

    /// A signed token, or `None` if the claims cannot be written as JSON.
    pub(crate) fn encode(&self, claims: &SessionClaims) -> Option<String> {
        encode(&self.header, claims, &self.encoding).ok()
    }

    /// The claims of a token of ours that is in its time at `now`.
    pub(crate) fn decode(&self, token: &str, now: Seconds) -> Result<SessionClaims, InvalidToken> {
        // Only one header can be ours, so it is compared, not parsed: `alg`, `crit`, `jwk` and
        // every other instruction of a forged header is never read.
        if !token.starts_with(&self.header_segment) {
            return Err(InvalidToken::Refused);
        }
        let verified = self
            .decoding
            .iter()
            .find_map(|key| decode::<SessionClaims>(token, key, &self.validation).ok());
        let claims = verified.ok_or(InvalidToken::Refused)?.claims;
        let latest = now.plus(self.leeway).0;
        let is_early = claims.iat > latest || claims.nbf.is_some_and(|nbf| nbf > latest);
        if is_early {
            // Its signature is good: it is this clock that differs, or that of who issued it.
            tracing::warn!(
                target: "portcullis::security",
                code = "clock_skew",
                ahead_seconds = claims.iat.max(claims.nbf.unwrap_or(i64::MIN)).saturating_sub(now.0),
                "a token is not valid yet"
            );
        }
        if is_early || claims.sub.is_empty() {
            return Err(InvalidToken::Refused);
        }
        if !Self::lasts(Seconds(claims.exp), now) {
            return Err(InvalidToken::Expired);
        }
        Ok(claims)
    }

    /// Whether a token that ends then still counts: to the second.
    pub(super) fn lasts(exp: Seconds, now: Seconds) -> bool {
        now < exp
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::errors::Error;
    use serde_json::value::RawValue;

    use super::*;
    use crate::Auth;
    use crate::session::Strategy;
    use crate::token::SessionTokens;

    const NOW: Seconds = Seconds(1_700_000_000);

    fn tokens(secret: &str, check: impl FnOnce(&NativeTokens)) {
        let auth = Auth::builder()
            .secret(secret)
            .origin("https://app.example")
            .build();
        let Ok(auth) = auth else { unreachable!() };
        match &auth.runtime().strategy {
            Strategy::Jwt { tokens, .. } => match tokens.as_ref() {
                SessionTokens::Native(tokens) => check(tokens),
                SessionTokens::Authjs(_) | SessionTokens::Custom(_) => unreachable!(),
            },
            _ => unreachable!(),
        }
    }

    fn claims(iat: i64, exp: i64) -> SessionClaims {
        let Ok(user) = RawValue::from_string(r#"{"id":"7"}"#.to_owned()) else {
            unreachable!()
        };
        SessionClaims {
            sub: "7".to_owned(),
            user,
            iat,
            exp,
            jti: None,
            since: None,
            auth_time: Some(iat),
            sid: None,
            checked: None,
            remember: true,
            nbf: None,
            acr: None,
            began: None,
            dated: None,
            original: None,
        }
    }

    #[test]
    fn time_is_checked_to_the_second() {
        tokens("one-secret-of-32-bytes-at-the-least", |tokens| {
            let verdict = |iat, nbf, exp| {
                let claims = SessionClaims {
                    nbf,
                    ..claims(iat, exp)
                };
                let token = tokens.encode(&claims).unwrap_or_default();
                tokens.decode(&token, NOW).map(|_| ())
            };
            for (iat, nbf, exp, expected) in [
                (0, None, 1, Ok(())),
                (-9, None, 0, Err(InvalidToken::Expired)),
                (30, None, 99, Ok(())),
                (31, None, 99, Err(InvalidToken::Refused)),
                (0, Some(30), 99, Ok(())),
                (0, Some(31), 99, Err(InvalidToken::Refused)),
                (0, Some(-9), 99, Ok(())),
                (30, Some(30), 0, Err(InvalidToken::Expired)),
            ] {
                let nbf_then = nbf.map(|nbf: i64| NOW.0 + nbf);
                assert_eq!(
                    verdict(NOW.0 + iat, nbf_then, NOW.0 + exp),
                    expected,
                    "{iat} {nbf:?} {exp}"
                );
            }
            assert_eq!(verdict(i64::MIN, Some(i64::MIN), i64::MAX), Ok(()));
        });
    }

    #[test]
    fn every_changed_bit_is_refused() {
        tokens("one-secret-of-32-bytes-at-the-least", |tokens| {
            let token = tokens
                .encode(&claims(NOW.0, NOW.0 + 60))
                .unwrap_or_default();
            for (index, _) in token.char_indices() {
                let mut bytes = token.clone().into_bytes();
                if let Some(byte) = bytes.get_mut(index) {
                    *byte = if *byte == b'A' { b'B' } else { b'A' };
                }
                let changed = String::from_utf8(bytes).unwrap_or_default();
                assert!(tokens.decode(&changed, NOW).is_err(), "byte {index}");
            }
            assert!(tokens.decode(&format!("{token}="), NOW).is_err());
            assert!(tokens.decode(&format!("{token}.{token}"), NOW).is_err());
        });
    }

    #[test]
    fn a_token_for_another_purpose_or_of_another_kind_is_refused() -> Result<(), Error> {
        let secret = "one-secret-of-32-bytes-at-the-least";
        tokens(secret, |tokens| {
            let raw = EncodingKey::from_secret(secret.as_bytes());
            for header in [Header::new(Algorithm::HS256), tokens.header.clone()] {
                let token = encode(&header, &claims(NOW.0, NOW.0 + 60), &raw).unwrap_or_default();
                assert!(tokens.decode(&token, NOW).is_err());
            }
            let untyped = encode(
                &Header::new(Algorithm::HS256),
                &claims(NOW.0, NOW.0 + 60),
                &tokens.encoding,
            );
            assert!(tokens.decode(&untyped.unwrap_or_default(), NOW).is_err());
        });
        tokens("another-secret-of-32-bytes-or-more", |other| {
            tokens(secret, |tokens| {
                let token = other.encode(&claims(NOW.0, NOW.0 + 60)).unwrap_or_default();
                assert!(tokens.decode(&token, NOW).is_err());
            });
        });
        Ok(())
    }
}
