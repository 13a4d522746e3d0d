use std::convert::Infallible;
use std::fmt;

use axum::response::{IntoResponseParts, ResponseParts};
use http::header::{HeaderValue, SET_COOKIE};

/// The cookies that a session goes on with, or that remove it: as a part of a response it sets them. Often there
/// are none.
#[must_use = "the session is refreshed only when this is part of the response"]
#[derive(Clone, Default)]
pub struct SessionCookies(Vec<HeaderValue>);

impl SessionCookies {
    pub(super) fn new(cookies: Vec<HeaderValue>) -> Self {
        Self(cookies)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values of `Set-Cookie` headers. Each is a header of its own (RFC 6265 section 3).
    pub fn iter(&self) -> std::slice::Iter<'_, HeaderValue> {
        self.0.iter()
    }
}

impl IntoIterator for SessionCookies {
    type Item = HeaderValue;
    type IntoIter = std::vec::IntoIter<HeaderValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a SessionCookies {
    type Item = &'a HeaderValue;
    type IntoIter = std::slice::Iter<'a, HeaderValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoResponseParts for SessionCookies {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        for cookie in self {
            parts.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(parts)
    }
}

impl fmt::Debug for SessionCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionCookies({})", self.0.len())
    }
}
