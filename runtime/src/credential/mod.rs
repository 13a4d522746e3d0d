//! Finds the credential of a request: nothing is decoded here.

#[cfg(feature = "proxy")]
mod auth_cookies;
mod bearer;
mod companion;
mod cookie;
mod escape;
mod names;
mod sent;
mod style;

use http::{HeaderMap, HeaderValue};

#[cfg(feature = "proxy")]
pub(crate) use self::auth_cookies::AuthCookies;
pub(crate) use self::companion::Companions;
pub(crate) use self::cookie::CookieSettings;
pub(crate) use self::names::CookieNames;
pub(crate) use self::sent::SentCookie;
pub(crate) use self::style::{CookieStyle, Kept};

/// The longest cookie value or bearer token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 8 * 1024;
/// The longest token that the chunks of a cookie may make up, in bytes.
const LONGEST_JOINED: usize = 32 * 1024;

/// Where a credential was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// In the `Authorization` header.
    Bearer,
    /// In the session cookie.
    Cookie,
}

impl Source {
    /// The word that `via = ..` has for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Cookie => "cookie",
        }
    }
}

/// What a request says about who sent it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Credential<'a> {
    /// Nothing at all.
    Absent,
    /// One token, not yet looked into.
    Present { source: Source, token: &'a str },
    /// Something that cannot be a credential.
    Unusable { source: Source, flaw: Flaw },
}

/// Why a credential is not even looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It has characters or a length that no token of ours has.
    Malformed,
    /// The same cookie arrived with two different values.
    Ambiguous,
    /// The header breaks its own grammar, or arrived more than once (RFC 6750 section 3.1).
    InvalidRequest,
}

impl Credential<'_> {
    /// Where it was found.
    pub(crate) fn source(self) -> Option<Source> {
        match self {
            Self::Absent => None,
            Self::Present { source, .. } | Self::Unusable { source, .. } => Some(source),
        }
    }

    /// Tells the log what looks like an attack.
    pub(crate) fn report(self) {
        if let Self::Unusable {
            flaw: Flaw::Ambiguous,
            ..
        } = self
        {
            tracing::warn!(
                target: "portcullis::security",
                code = "cookie_duplicate",
                "the session cookie arrived twice with two values: one of them may be planted"
            );
        }
    }
}

/// The `Authorization` header with the bearer token of a request; `None` if there is none that is usable.
pub(crate) fn bearer_of(headers: &HeaderMap) -> Option<HeaderValue> {
    let Credential::Present { token, .. } = bearer::find(headers) else {
        return None;
    };
    let mut bearer = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    bearer.set_sensitive(true);
    Some(bearer)
}

/// The same value, which nobody writes down.
#[cfg(feature = "proxy")]
pub(crate) fn sensitive(value: &HeaderValue) -> HeaderValue {
    let mut value = value.clone();
    value.set_sensitive(true);
    value
}

/// The first credential of this order that is present; it decides alone. An empty order stands for
/// the profile's.
pub(crate) fn find<'a>(
    headers: &'a HeaderMap,
    cookie: &'a SentCookie,
    order: &[Source],
) -> Credential<'a> {
    let order = if order.is_empty() {
        cookie.order()
    } else {
        order
    };
    let mut found = order.iter().map(|source| match source {
        Source::Bearer => bearer::find(headers),
        Source::Cookie => cookie.credential(),
    });
    found
        .find(|credential| *credential != Credential::Absent)
        .unwrap_or(Credential::Absent)
}
