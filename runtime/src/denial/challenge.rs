use http::HeaderValue;

use super::{Denial, Fault, Source};
use crate::config::ConfigMistake;

/// `WWW-Authenticate` values (RFC 9110 section 11.6.1, RFC 6750 section 3), made once.
#[derive(Debug, Clone)]
pub(crate) struct Challenges {
    realm: String,
    plain: HeaderValue,
    /// Where no token counts: a scheme for which no browser shows a dialog.
    session: HeaderValue,
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
        let session = format!("Session realm=\"{realm}\"");
        Ok(Self {
            realm: realm.to_owned(),
            session: HeaderValue::try_from(session).map_err(|_| invalid())?,
            plain: value("")?,
            // One text for all reasons: which check failed is for the log, not for the sender.
            invalid_token: value(
                ", error=\"invalid_token\", error_description=\"the token is expired, revoked or not valid\"",
            )?,
            invalid_request: value(", error=\"invalid_request\"")?,
        })
    }

    /// The challenge that belongs to a denial. `error` is only for a token that was presented.
    pub(super) fn of(&self, denial: Denial, takes_bearer: bool) -> Option<HeaderValue> {
        let value = match denial {
            Denial::Refused {
                fault: Fault::InvalidRequest,
                ..
            } => &self.invalid_request,
            Denial::Refused {
                source: Source::Bearer,
                ..
            } => &self.invalid_token,
            Denial::Unauthenticated | Denial::Refused { .. } if !takes_bearer => &self.session,
            Denial::Unauthenticated | Denial::Refused { .. } => &self.plain,
            Denial::StepUp { max_age, acr } => return Some(self.step_up(max_age, acr)),
            Denial::Forbidden
            | Denial::Hidden
            | Denial::AcrUnreachable
            | Denial::CrossSite
            | Denial::Unavailable
            | Denial::Corrupt
            | Denial::Broken => return None,
        };
        Some(value.clone())
    }

    /// What more is asked of the visitor (RFC 9470 section 3).
    fn step_up(&self, max_age: Option<u64>, acr: Option<&str>) -> HeaderValue {
        let mut challenge = format!(
            "Bearer realm=\"{}\", error=\"insufficient_user_authentication\"",
            self.realm
        );
        if let Some(acr) = acr {
            challenge.push_str(&format!(", acr_values=\"{acr}\""));
        }
        if let Some(max_age) = max_age {
            challenge.push_str(&format!(", max_age={max_age}"));
        }
        HeaderValue::try_from(challenge).unwrap_or_else(|_| self.plain.clone())
    }
}
