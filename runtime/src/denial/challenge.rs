use http::HeaderValue;

use super::{Denial, Fault, Source};
use crate::config::ConfigMistake;

/// `WWW-Authenticate` values (RFC 9110 section 11.6.1, RFC 6750 section 3), made once.
#[derive(Debug, Clone)]
pub(crate) struct Challenges {
    plain: HeaderValue,
    invalid_token: HeaderValue,
    invalid_request: HeaderValue,
}

impl Challenges {
    pub(crate) fn new(realm: &str) -> Result<Self, ConfigMistake> {
        let invalid = || ConfigMistake::RealmInvalid {
            value: realm.to_owned(),
        };
        if !realm
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(&byte))
        {
            return Err(invalid());
        }
        let value = |parameters: &str| {
            HeaderValue::try_from(format!("Bearer realm=\"{realm}\"{parameters}"))
                .map_err(|_| invalid())
        };
        Ok(Self {
            plain: value("")?,
            // One text for all reasons: which check failed is for the log, not for the sender.
            invalid_token: value(
                ", error=\"invalid_token\", error_description=\"the token is expired, revoked or not valid\"",
            )?,
            invalid_request: value(", error=\"invalid_request\"")?,
        })
    }

    /// The challenge that belongs to a denial. `error` is only for a token that was presented.
    pub(super) fn of(&self, denial: Denial) -> Option<&HeaderValue> {
        match denial {
            Denial::Refused {
                fault: Fault::InvalidRequest,
                ..
            } => Some(&self.invalid_request),
            Denial::Refused {
                source: Source::Bearer,
                ..
            } => Some(&self.invalid_token),
            Denial::Unauthenticated | Denial::Refused { .. } => Some(&self.plain),
            Denial::Forbidden
            | Denial::CrossSite
            | Denial::Unavailable
            | Denial::Corrupt
            | Denial::Broken => None,
        }
    }
}
