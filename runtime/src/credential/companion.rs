//! The cookies beside the session cookie, which last until the browser is closed.

use http::header::{COOKIE, HeaderMap, HeaderValue};

#[cfg(feature = "proxy")]
use super::auth_cookies::is_named;
use super::sent::LONGEST_HEADERS;
use super::style::CookieStyle;
use crate::config::TransportSecurity;

/// What the endpoints keep with a visitor who has no session yet.
#[derive(Debug, Clone)]
pub(crate) struct Companions {
    /// The token that a form must send as well.
    pub(crate) csrf: Companion,
    /// Where the visitor goes once signed in or out.
    pub(crate) callback_url: Companion,
}

/// One of them. Its value has escapes, as those of Auth.js have.
#[derive(Debug, Clone)]
pub(crate) struct Companion {
    name: String,
    secure: bool,
    style: CookieStyle,
}

impl Companions {
    pub(crate) fn new(
        [csrf, callback_url]: [String; 2],
        style: CookieStyle,
        security: TransportSecurity,
    ) -> Self {
        let secure = security == TransportSecurity::Https;
        let companion = |name| Companion {
            name,
            secure,
            style: style.with_escapes(),
        };
        Self {
            csrf: companion(match secure {
                true => format!("__Host-{csrf}"),
                false => csrf,
            }),
            callback_url: companion(style.full_name(&callback_url, secure)),
        }
    }
}

#[cfg(feature = "proxy")]
impl Companions {
    /// Whether `name=value` is one of them.
    pub(super) fn has(&self, pair: &[u8]) -> bool {
        let mut companions = [&self.csrf, &self.callback_url].into_iter();
        companions.any(|companion| is_named(pair, &companion.name))
    }
}

impl Companion {
    /// What a request has of it: the first value counts.
    pub(crate) fn sent(&self, headers: &HeaderMap) -> Option<String> {
        let headers = headers.get_all(COOKIE);
        if headers.iter().map(HeaderValue::len).sum::<usize>() > LONGEST_HEADERS {
            return None;
        }
        let headers = headers.iter();
        let mut pairs = headers.flat_map(|header| header.as_bytes().split(|byte| *byte == b';'));
        let value = pairs.find_map(|pair| {
            let value = pair.trim_ascii().strip_prefix(self.name.as_bytes())?;
            value.trim_ascii_start().strip_prefix(b"=")
        })?;
        let written = std::str::from_utf8(value.trim_ascii_start()).ok()?;
        Some(self.style.read(written).into_owned())
    }

    /// A `Set-Cookie` value that keeps `value`.
    pub(crate) fn setting(&self, value: &str) -> Option<HeaderValue> {
        self.style.setting((&self.name, value), self.secure, None)
    }
}
