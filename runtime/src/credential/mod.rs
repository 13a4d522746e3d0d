//! Finds the credential of a request, in place: nothing is copied or decoded here.

mod bearer;
mod cookie;

use http::HeaderMap;

pub(crate) use self::cookie::CookieSettings;

/// The longest cookie value or bearer token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 8 * 1024;

/// Where a credential was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Bearer,
    Cookie,
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

/// The first credential that is present decides alone: a bearer token, else the session cookie.
pub(crate) fn find<'a>(headers: &'a HeaderMap, cookie: &CookieSettings) -> Credential<'a> {
    match bearer::find(headers) {
        Credential::Absent => cookie.find(headers),
        found => found,
    }
}
