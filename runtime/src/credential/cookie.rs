//! The session cookie: found by scanning the `Cookie` headers in place (RFC 6265 section 5.4),
//! written with the attributes that the origin asks for.

use std::time::Duration;

use cookie::{Cookie, SameSite};
use http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

use super::{Credential, Flaw, LONGEST_TOKEN, Source};
use crate::config::{ConfigMistake, TransportSecurity};

/// All `Cookie` headers together may have this many bytes; beyond that nothing is read.
const LONGEST_HEADERS: usize = 48 * 1024;
/// RFC 6265bis section 5.6: browsers drop a cookie whose name and value are longer.
const LONGEST_PAIR: usize = 4096;

/// How the session cookie is called and protected.
#[derive(Debug, Clone)]
pub(crate) struct CookieSettings {
    name: String,
    secure: bool,
    clearing: HeaderValue,
}

impl CookieSettings {
    pub(crate) fn new(name: &str, security: TransportSecurity) -> Result<Self, ConfigMistake> {
        let invalid = || ConfigMistake::CookieNameInvalid {
            value: name.to_owned(),
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        // RFC 6265bis section 4.1.3: browsers compare the prefixes case-insensitively.
        let is_prefixed = name.get(..2).is_some_and(|start| start == "__");
        if name.is_empty() || name.len() > 64 || is_prefixed || !name.bytes().all(is_plain) {
            return Err(invalid());
        }
        let secure = security == TransportSecurity::Https;
        let name = if secure {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        };
        let clearing = header_value(&name, "", secure, Some(Duration::ZERO)).ok_or_else(invalid)?;
        Ok(Self {
            name,
            secure,
            clearing,
        })
    }

    /// The name, with its prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The session cookie of a request.
    pub(crate) fn find<'a>(&self, headers: &'a HeaderMap) -> Credential<'a> {
        let mut found: Option<&[u8]> = None;
        let mut length = 0;
        for header in headers.get_all(COOKIE) {
            length += header.len();
            if length > LONGEST_HEADERS {
                return unusable(Flaw::Malformed);
            }
            for pair in header.as_bytes().split(|byte| *byte == b';') {
                let pair = pair.trim_ascii();
                let Some(value) = pair
                    .strip_prefix(self.name.as_bytes())
                    .and_then(|rest| rest.strip_prefix(b"="))
                else {
                    continue;
                };
                match found {
                    Some(earlier) if earlier != value => return unusable(Flaw::Ambiguous),
                    _ => found = Some(value),
                }
            }
        }
        match found {
            None | Some(b"") => Credential::Absent,
            Some(value)
                if value.len() > LONGEST_TOKEN
                    || !value.iter().all(|byte| is_cookie_octet(*byte)) =>
            {
                unusable(Flaw::Malformed)
            }
            Some(value) => match std::str::from_utf8(value) {
                Ok(token) => Credential::Present {
                    source: Source::Cookie,
                    token,
                },
                Err(_) => unusable(Flaw::Malformed),
            },
        }
    }

    /// A `Set-Cookie` value that keeps `token` for `max_age`, or until the browser is closed; `None` if
    /// browsers would drop it.
    pub(crate) fn setting(&self, token: &str, max_age: Option<Duration>) -> Option<HeaderValue> {
        if self.name.len() + token.len() > LONGEST_PAIR || !token.bytes().all(is_cookie_octet) {
            return None;
        }
        header_value(&self.name, token, self.secure, max_age)
    }

    /// A `Set-Cookie` value that removes the session cookie.
    pub(crate) fn clearing(&self) -> HeaderValue {
        self.clearing.clone()
    }

    /// The value that a response already gives the session cookie.
    pub(crate) fn written_by<'a>(&self, headers: &'a HeaderMap) -> Option<&'a [u8]> {
        headers.get_all(SET_COOKIE).iter().find_map(|header| {
            let value = header
                .as_bytes()
                .strip_prefix(self.name.as_bytes())?
                .strip_prefix(b"=")?;
            value.split(|byte| *byte == b';').next()
        })
    }
}

fn header_value(
    name: &str,
    value: &str,
    secure: bool,
    max_age: Option<Duration>,
) -> Option<HeaderValue> {
    let mut cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build();
    if let Some(max_age) = max_age {
        let seconds = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
        cookie.set_max_age(cookie::time::Duration::seconds(seconds));
    }
    let mut value = HeaderValue::try_from(cookie.to_string()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn unusable(flaw: Flaw) -> Credential<'static> {
    Credential::Unusable {
        source: Source::Cookie,
        flaw,
    }
}

/// `cookie-octet` of RFC 6265 section 4.1.1.
fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(security: TransportSecurity) -> CookieSettings {
        let Ok(settings) = CookieSettings::new("session", security) else {
            unreachable!()
        };
        settings
    }

    fn found(values: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for value in values {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.append(COOKIE, value);
            }
        }
        match settings(TransportSecurity::Loopback).find(&headers) {
            Credential::Absent => "absent".to_owned(),
            Credential::Present { token, .. } => token.to_owned(),
            Credential::Unusable { flaw, .. } => format!("{flaw:?}"),
        }
    }

    #[test]
    fn the_cookie_is_found_by_its_exact_name() {
        assert_eq!(found(&[]), "absent");
        assert_eq!(
            found(&[b"sessions=a; xsession=b; session.0=c; Session=d; session"]),
            "absent"
        );
        assert_eq!(found(&[b"a=1;session=tok ; b=2"]), "tok");
        assert_eq!(found(&[b"a=1", b"session=tok"]), "tok");
        assert_eq!(found(&[b"session="]), "absent");
        assert_eq!(found(&[b"session=tok; session=tok"]), "tok");
    }

    #[test]
    fn what_cannot_be_a_session_is_not_looked_into() {
        assert_eq!(found(&[b"session=one; session=two"]), "Ambiguous");
        assert_eq!(found(&[b"session=one", b"session=two"]), "Ambiguous");
        for value in [
            b"session=a\"b".as_slice(),
            b"session=a,b",
            b"session=a\\b",
            b"session=a b",
            b"session=\xff\xfe",
        ] {
            assert_eq!(found(&[value]), "Malformed", "{value:?}");
        }
        let oversized = [b"session=".as_slice(), &[b'a'; LONGEST_TOKEN + 1]].concat();
        assert_eq!(found(&[&oversized]), "Malformed");
        let flood = [b"x=".as_slice(), &[b'a'; LONGEST_HEADERS]].concat();
        assert_eq!(found(&[&flood, b"session=tok"]), "Malformed");
    }

    #[test]
    fn the_origin_decides_name_and_attributes() {
        let https =
            settings(TransportSecurity::Https).setting("tok", Some(Duration::from_secs(60)));
        assert_eq!(
            https.as_ref().map(HeaderValue::as_bytes),
            Some(&b"__Host-session=tok; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"[..])
        );
        let loopback = settings(TransportSecurity::Loopback);
        assert_eq!(
            loopback.clearing().as_bytes(),
            b"session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
        );
        assert_eq!(
            loopback.setting(&"a".repeat(LONGEST_PAIR), Some(Duration::from_secs(60))),
            None
        );
        assert_eq!(loopback.setting("a;b", Some(Duration::from_secs(60))), None);
    }

    #[test]
    fn names_that_browsers_give_a_meaning_are_refused() {
        for name in ["", "__Host-session", "__secure-x", "a b", "a=b", "é"] {
            assert!(
                CookieSettings::new(name, TransportSecurity::Https).is_err(),
                "{name}"
            );
        }
    }
}
