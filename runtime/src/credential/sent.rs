//! The session cookie of a request (RFC 6265 section 5.4), read once.

use std::borrow::Cow;

use http::header::{COOKIE, HeaderMap, HeaderValue};

use super::names::{CookieNames, PLACES, name_at, part_of};
use super::style::CookieStyle;
use super::{Credential, Flaw, LONGEST_JOINED, LONGEST_TOKEN, Source};

/// All `Cookie` headers together may have this many bytes; beyond that nothing is read.
pub(super) const LONGEST_HEADERS: usize = 48 * 1024;

/// What a request has of the session cookie.
#[derive(Clone)]
pub(crate) struct SentCookie {
    /// The headers that it was read from.
    headers: Vec<HeaderValue>,
    names: CookieNames,
    /// Which credentials count where a handler does not say.
    order: &'static [Source],
    /// The token, if there is one.
    token: Result<Option<Box<str>>, Flaw>,
}

impl SentCookie {
    pub(crate) fn read(headers: &HeaderMap, name: &str, style: &CookieStyle) -> Self {
        let headers: Vec<_> = headers.get_all(COOKIE).iter().cloned().collect();
        let mut parts = Parts::default();
        if headers.iter().map(HeaderValue::len).sum::<usize>() > LONGEST_HEADERS {
            parts.flaw = Some(Flaw::Malformed);
        } else {
            parts.read(&headers, name);
        }
        Self {
            names: CookieNames(parts.places.map(|part| part.is_some())),
            order: style.order(),
            token: parts.token(style),
            headers,
        }
    }

    /// Which credentials count where a handler does not say.
    pub(super) fn order(&self) -> &'static [Source] {
        self.order
    }

    /// Whether reading these headers would give the same.
    pub(crate) fn is_of(&self, headers: &HeaderMap) -> bool {
        headers.get_all(COOKIE).iter().eq(&self.headers)
    }

    /// The names that were sent; none if nothing was read.
    pub(crate) fn names(&self) -> CookieNames {
        self.names
    }

    /// The cookies of that name that the credential is made of, and no others; `None` if there is none.
    pub(super) fn alone(&self, name: &str) -> Option<HeaderValue> {
        self.token.as_ref().ok()?.as_ref()?;
        let mut parts = Parts::default();
        parts.read(&self.headers, name);
        let pairs = parts.places.into_iter().enumerate();
        let pairs = pairs.filter_map(|(place, part)| {
            let value = text_of(part?).filter(|value| !value.is_empty())?;
            Some(format!("{}={value}", name_at(name, place)))
        });
        let mut alone = HeaderValue::try_from(pairs.collect::<Vec<_>>().join("; ")).ok()?;
        alone.set_sensitive(true);
        Some(alone)
    }

    /// The credential that the parts make up.
    pub(crate) fn credential(&self) -> Credential<'_> {
        let source = Source::Cookie;
        match &self.token {
            Ok(None) => Credential::Absent,
            Ok(Some(token)) => Credential::Present { source, token },
            Err(flaw) => Credential::Unusable {
                source,
                flaw: *flaw,
            },
        }
    }
}

/// The parts of the session cookie, in place.
#[derive(Default)]
struct Parts<'a> {
    places: [Option<&'a [u8]>; PLACES],
    flaw: Option<Flaw>,
}

impl<'a> Parts<'a> {
    fn read(&mut self, headers: &'a [HeaderValue], name: &str) {
        for header in headers {
            for pair in header.as_bytes().split(|byte| *byte == b';') {
                if let Some((place, value)) = part_of(name, pair.trim_ascii()) {
                    self.add(place, value);
                }
            }
        }
    }

    fn add(&mut self, place: usize, value: &'a [u8]) {
        if let Some(part) = self.places.get_mut(place)
            && part.replace(value).is_some_and(|earlier| earlier != value)
        {
            self.flaw = Some(Flaw::Ambiguous);
        }
    }

    /// The plain cookie, or chunks without a gap; never a mix of both.
    fn token(&self, style: &CookieStyle) -> Result<Option<Box<str>>, Flaw> {
        if let Some(flaw) = self.flaw {
            return Err(flaw);
        }
        let mut texts = [const { Cow::Borrowed("") }; PLACES];
        for (text, part) in texts.iter_mut().zip(self.places) {
            let written = text_of(part.unwrap_or_default()).ok_or(Flaw::Malformed)?;
            *text = style.read(written);
        }
        let [chunks @ .., plain] = texts;
        let length: usize = chunks.iter().map(|chunk| chunk.len()).sum();
        match (plain.as_ref(), length) {
            ("", 0) => Ok(None),
            (plain, 0) => Ok(Some(plain.into())),
            ("", length) => {
                let is_gapless = chunks.is_sorted_by_key(|chunk| chunk.is_empty());
                let is_whole = is_gapless && length <= LONGEST_JOINED;
                is_whole
                    .then(|| Some(chunks.concat().into()))
                    .ok_or(Flaw::Malformed)
            }
            _ => Err(Flaw::Malformed),
        }
    }
}

fn text_of(value: &[u8]) -> Option<&str> {
    if value.len() > LONGEST_TOKEN {
        return None;
    }
    // Looking at all of them, without a way out, is several at a time.
    let is_usable = value
        .iter()
        .fold(true, |so_far, byte| so_far & is_cookie_octet(*byte));
    std::str::from_utf8(value).ok().filter(|_| is_usable)
}

/// `cookie-octet` of RFC 6265 section 4.1.1.
pub(super) fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.append(COOKIE, value);
            }
        }
        headers
    }

    fn found(values: &[&[u8]]) -> String {
        match SentCookie::read(&headers(values), "session", &CookieStyle::NATIVE).credential() {
            Credential::Absent => "absent".to_owned(),
            Credential::Present { token, .. } => token.to_owned(),
            Credential::Unusable { flaw, .. } => format!("{flaw:?}"),
        }
    }

    #[test]
    fn the_cookie_is_found_by_its_exact_name() {
        assert_eq!(found(&[]), "absent");
        assert_eq!(
            found(&[b"sessions=a; xsession=b; session.00=c; Session=d; session; session.8=e"]),
            "absent"
        );
        assert_eq!(found(&[b"a=1;session=tok ; b=2"]), "tok");
        assert_eq!(found(&[b"a=1", b"session=tok"]), "tok");
        assert_eq!(found(&[b"session=; session.0="]), "absent");
        assert_eq!(found(&[b"session=tok; session=tok"]), "tok");
    }

    #[test]
    fn chunks_are_joined_by_their_numbers() {
        assert_eq!(found(&[b"session.0=a"]), "a");
        assert_eq!(
            found(&[b"session.1=b; x=y", b"session.2=c; session.0=a"]),
            "abc"
        );
        let eight: String = (0..8).rev().map(|n| format!("session.{n}={n};")).collect();
        assert_eq!(found(&[eight.as_bytes()]), "01234567");
        assert_eq!(found(&[b"session=; session.0=a; session.1="]), "a");
        for broken in [
            b"session.1=b".as_slice(),
            b"session.0=a; session.2=c",
            b"session.0=a; session.1=; session.2=c",
            b"session=a; session.0=a",
            b"session.0=a; session.1=\"b\"",
        ] {
            assert_eq!(found(&[broken]), "Malformed", "{broken:?}");
        }
        assert_eq!(found(&[b"session.0=a; session.0=b"]), "Ambiguous");
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
    }

    #[test]
    fn every_length_has_its_limit() {
        let chunk = |number: usize, length: usize| {
            [format!("session.{number}=").as_bytes(), &vec![b'a'; length]].concat()
        };
        let oversized = [b"session=".as_slice(), &[b'a'; LONGEST_TOKEN + 1]].concat();
        assert_eq!(found(&[&oversized]), "Malformed");
        assert_eq!(found(&[&chunk(0, LONGEST_TOKEN + 1)]), "Malformed");
        let full: Vec<_> = (0..4).map(|number| chunk(number, LONGEST_TOKEN)).collect();
        let mut full: Vec<_> = full.iter().map(Vec::as_slice).collect();
        assert_eq!(found(&full).len(), LONGEST_JOINED);
        full.push(b"session.4=a");
        assert_eq!(found(&full), "Malformed");
    }

    #[test]
    fn of_too_many_cookies_none_is_read() {
        let flood = [b"x=".as_slice(), &[b'a'; LONGEST_HEADERS]].concat();
        let headers = headers(&[b"session=tok", &flood]);
        let sent = SentCookie::read(&headers, "session", &CookieStyle::NATIVE);
        assert!(sent.names().is_empty());
        assert!(matches!(sent.credential(), Credential::Unusable { .. }));
    }
}
