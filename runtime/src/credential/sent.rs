//! The session cookie of a request, scanned in place (RFC 6265 section 5.4).

use http::header::{COOKIE, HeaderMap};

use super::names::{CookieNames, PLACES, part_of};
use super::{Credential, Flaw, LONGEST_JOINED, LONGEST_TOKEN, Source, TokenText};

/// All `Cookie` headers together may have this many bytes; beyond that nothing is read.
const LONGEST_HEADERS: usize = 48 * 1024;

/// What a request has of the session cookie.
#[derive(Default)]
pub(crate) struct SentCookie<'a> {
    parts: [Option<&'a [u8]>; PLACES],
    flaw: Option<Flaw>,
}

impl<'a> SentCookie<'a> {
    pub(super) fn read(headers: &'a HeaderMap, name: &str) -> Self {
        let mut sent = Self::default();
        let headers = headers.get_all(COOKIE);
        if headers.iter().map(|header| header.len()).sum::<usize>() > LONGEST_HEADERS {
            sent.flaw = Some(Flaw::Malformed);
            return sent;
        }
        for header in headers {
            for pair in header.as_bytes().split(|byte| *byte == b';') {
                if let Some((place, value)) = part_of(name, pair.trim_ascii()) {
                    sent.add(place, value);
                }
            }
        }
        sent
    }

    fn add(&mut self, place: usize, value: &'a [u8]) {
        if let Some(part) = self.parts.get_mut(place)
            && part.replace(value).is_some_and(|earlier| earlier != value)
        {
            self.flaw = Some(Flaw::Ambiguous);
        }
    }

    /// The names that were sent; none if nothing was read.
    pub(crate) fn names(&self) -> CookieNames {
        CookieNames(self.parts.map(|part| part.is_some()))
    }

    /// The credential that the parts make up.
    pub(crate) fn credential(&self) -> Credential<'a> {
        let source = Source::Cookie;
        if let Some(flaw) = self.flaw {
            return Credential::Unusable { source, flaw };
        }
        if self.parts.iter().flatten().all(|part| part.is_empty()) {
            return Credential::Absent;
        }
        match self.token() {
            Some(token) => Credential::Present { source, token },
            None => Credential::Unusable {
                source,
                flaw: Flaw::Malformed,
            },
        }
    }

    /// The plain cookie, or chunks without a gap; never a mix of both.
    fn token(&self) -> Option<TokenText<'a>> {
        let mut texts = [""; PLACES];
        for (text, part) in texts.iter_mut().zip(self.parts) {
            *text = text_of(part.unwrap_or_default())?;
        }
        let [chunks @ .., plain] = texts;
        if !plain.is_empty() {
            let is_alone = chunks.iter().all(|chunk| chunk.is_empty());
            return is_alone.then(|| plain.into());
        }
        let is_gapless = chunks.is_sorted_by_key(|chunk| chunk.is_empty());
        let length: usize = chunks.iter().map(|chunk| chunk.len()).sum();
        (is_gapless && length <= LONGEST_JOINED).then_some(TokenText(chunks))
    }
}

fn text_of(value: &[u8]) -> Option<&str> {
    let is_usable = value.len() <= LONGEST_TOKEN && value.iter().copied().all(is_cookie_octet);
    std::str::from_utf8(value).ok().filter(|_| is_usable)
}

/// `cookie-octet` of RFC 6265 section 4.1.1.
pub(super) fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

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
        match SentCookie::read(&headers(values), "session").credential() {
            Credential::Absent => "absent".to_owned(),
            Credential::Present { token, .. } => token.joined().into_owned(),
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
        let sent = SentCookie::read(&headers, "session");
        assert!(sent.names().is_empty());
        assert!(matches!(sent.credential(), Credential::Unusable { .. }));
    }
}
