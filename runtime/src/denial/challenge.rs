use http::HeaderValue;
use url::Url;

use super::{Denial, Fault, Source};
use crate::config::ConfigMistake;

/// `WWW-Authenticate` values (RFC 9110 section 11.6.1, RFC 6750 section 3), made once.
#[derive(Debug, Clone)]
pub(crate) struct Challenges {
    realm: String,
    /// The parameter `resource_metadata` (RFC 9728 section 5.1), with the comma before it.
    metadata: String,
    plain: HeaderValue,
    /// Where no token counts: a scheme for which no browser shows a dialog.
    session: HeaderValue,
    invalid_token: HeaderValue,
    invalid_request: HeaderValue,
}

impl Challenges {
    pub(crate) fn new(realm: &str, metadata: Option<&str>) -> Result<Self, ConfigMistake> {
        let invalid = || ConfigMistake::RealmInvalid {
            value: realm.to_owned(),
        };
        if !realm
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(&byte))
        {
            return Err(invalid());
        }
        let metadata = match metadata {
            Some(address) => format!(", resource_metadata=\"{}\"", checked(address)?),
            None => String::new(),
        };
        let value = |parameters: &str| {
            HeaderValue::try_from(format!("Bearer realm=\"{realm}\"{parameters}{metadata}"))
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
            metadata,
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
            // Where no token counts, RFC 9470 has nothing to say either.
            Denial::Unauthenticated
            | Denial::Ended
            | Denial::Refused { .. }
            | Denial::StepUp { .. }
                if !takes_bearer =>
            {
                &self.session
            }
            Denial::Unauthenticated | Denial::Ended | Denial::Refused { .. } => &self.plain,
            Denial::InsufficientScope(requirement) if takes_bearer => {
                return Some(self.insufficient_scope(&requirement.scopes()));
            }
            Denial::StepUp { max_age, acr } => return Some(self.step_up(max_age, acr)),
            Denial::Forbidden
            | Denial::InsufficientScope(_)
            | Denial::AcrUnreachable
            | Denial::AuthTimeMissing
            | Denial::CrossSite
            | Denial::Unavailable
            | Denial::Corrupt
            | Denial::NotConfigured
            | Denial::Broken => return None,
            #[cfg(feature = "proxy")]
            Denial::NotForwarded(_) => return None,
        };
        Some(value.clone())
    }

    /// Which scopes the token lacks, or may lack (RFC 6750 section 3.1).
    fn insufficient_scope(&self, scopes: &[&str]) -> HeaderValue {
        let scopes = scopes.join(" ");
        self.bearer(&format!(
            ", error=\"insufficient_scope\", scope=\"{scopes}\""
        ))
    }

    /// What more is asked of the visitor (RFC 9470 section 3).
    fn step_up(&self, max_age: Option<u64>, acr: Option<&str>) -> HeaderValue {
        let mut challenge = ", error=\"insufficient_user_authentication\"".to_owned();
        if let Some(acr) = acr {
            challenge.push_str(&format!(", acr_values=\"{acr}\""));
        }
        if let Some(max_age) = max_age {
            challenge.push_str(&format!(", max_age={max_age}"));
        }
        self.bearer(&challenge)
    }

    fn bearer(&self, parameters: &str) -> HeaderValue {
        let Self {
            realm, metadata, ..
        } = self;
        HeaderValue::try_from(format!("Bearer realm=\"{realm}\"{parameters}{metadata}"))
            .unwrap_or_else(|_| self.plain.clone())
    }
}

/// The address of a metadata document: https, or http that never leaves the machine.
fn checked(address: &str) -> Result<&str, ConfigMistake> {
    let is_safe = |url: Url| match url.scheme() {
        "https" => true,
        "http" => ["localhost", "127.0.0.1", "[::1]"].contains(&url.host_str().unwrap_or_default()),
        _ => false,
    };
    let is_plain = |byte: u8| matches!(byte, 0x21..=0x7e) && !b"\"\\".contains(&byte);
    match Url::parse(address).is_ok_and(is_safe) && address.bytes().all(is_plain) {
        true => Ok(address),
        false => Err(ConfigMistake::ResourceMetadataInvalid {
            value: address.to_owned(),
        }),
    }
}
