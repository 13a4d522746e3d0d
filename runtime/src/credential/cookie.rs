//! The session cookie as it is written: with the attributes that the origin asks for, and in chunks
//! where one cookie cannot hold the token.

use http::header::{HeaderMap, HeaderValue, SET_COOKIE};

use super::LONGEST_JOINED;
use super::names::{CookieNames, MOST_CHUNKS, PLACES, is_of_chunk, name_at, part_of};
use super::sent::SentCookie;
use super::style::{CookieStyle, Kept};
use crate::config::{ConfigMistake, TransportSecurity};

/// What is written is read again.
const _: () = assert!(MOST_CHUNKS * CookieStyle::AUTH_JS_V5.longest_chunk <= LONGEST_JOINED);
const _: () = assert!(MOST_CHUNKS * CookieStyle::NATIVE.longest_chunk <= LONGEST_JOINED);

/// How the session cookie is called and protected.
#[derive(Debug, Clone)]
pub(crate) struct CookieSettings {
    name: String,
    secure: bool,
    style: CookieStyle,
    /// What removes each of the names, in the order of their places.
    clearing: Vec<HeaderValue>,
}

impl CookieSettings {
    pub(crate) fn new(
        name: &str,
        style: CookieStyle,
        security: TransportSecurity,
    ) -> Result<Self, ConfigMistake> {
        let invalid = || ConfigMistake::CookieNameInvalid {
            value: name.to_owned(),
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        // RFC 6265bis section 4.1.3: browsers compare the prefixes case-insensitively.
        let is_prefixed = name.get(..2).is_some_and(|start| start == "__");
        let is_usable = !name.is_empty() && name.len() <= 64 && name.bytes().all(is_plain);
        if !is_usable || is_prefixed || is_of_chunk(name) {
            return Err(invalid());
        }
        let secure = security == TransportSecurity::Https;
        let name = style.full_name(name, secure);
        let clearing = (0..PLACES)
            .map(|place| style.clearing(&name_at(&name, place), secure))
            .collect::<Option<_>>()
            .ok_or_else(invalid)?;
        Ok(Self {
            name,
            secure,
            style,
            clearing,
        })
    }

    /// The name, with its prefix.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The name without its prefix, and whether it has one.
    pub(crate) fn plain_name(&self) -> (&str, bool) {
        let prefix = self.style.full_name("", self.secure);
        let name = self.name.strip_prefix(prefix.as_str());
        (name.unwrap_or(&self.name), self.secure)
    }

    /// What a request has of the session cookie.
    pub(crate) fn sent(&self, headers: &HeaderMap) -> SentCookie {
        SentCookie::read(headers, &self.name, &self.style)
    }

    /// The `Cookie` header of a request with the session cookie alone; `None` if it has none that is usable.
    pub(crate) fn alone(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        self.sent(headers).alone(&self.name)
    }

    /// `Set-Cookie` values that keep `token`, or let it go when the browser is closed: one, or one for
    /// each chunk. `None` if browsers would drop them.
    pub(crate) fn setting(&self, token: &str, kept: Option<Kept>) -> Option<Vec<HeaderValue>> {
        let Self { name, style, .. } = self;
        if style.holds(name, token) {
            return Some(vec![style.setting((name, token), self.secure, kept)?]);
        }
        let pieces = style.pieces(token);
        if pieces.len() > MOST_CHUNKS {
            return None;
        }
        let chunks = pieces.iter().enumerate();
        chunks
            .map(|(place, piece)| style.setting((&name_at(name, place), piece), self.secure, kept))
            .collect()
    }

    /// The value of a `Cookie` header that carries `token`; `None` if no cookies could.
    #[cfg(feature = "proxy")]
    pub(crate) fn carrying(&self, token: &str) -> Option<HeaderValue> {
        let values = self.setting(token, None)?;
        let pairs = values.iter().filter_map(|value| {
            let text = value.to_str().ok()?;
            text.split(';').next()
        });
        HeaderValue::try_from(pairs.collect::<Vec<_>>().join("; ")).ok()
    }

    /// Whether a `Set-Cookie` value is about the session cookie.
    #[cfg(feature = "proxy")]
    pub(crate) fn is_set_by(&self, set_cookie: &HeaderValue) -> bool {
        self.part(set_cookie).is_some()
    }

    /// `Set-Cookie` values that remove the cookies of these names: the plain one first, as Auth.js does.
    pub(crate) fn clearing(&self, names: CookieNames) -> impl Iterator<Item = HeaderValue> {
        let values = self.clearing.iter().zip(names.0);
        let chunks = values.clone().take(MOST_CHUNKS);
        let plain = values.skip(MOST_CHUNKS);
        plain
            .chain(chunks)
            .filter(|(_, is_named)| *is_named)
            .map(|(value, _)| value.clone())
    }

    /// The names that a response already sets or removes.
    pub(crate) fn written_by(&self, headers: &HeaderMap) -> CookieNames {
        self.parts_of(headers).map(|(place, _)| place).collect()
    }

    /// The names that these `Set-Cookie` values set or remove.
    pub(crate) fn written(&self, values: &[HeaderValue]) -> CookieNames {
        let parts = values.iter().filter_map(|value| self.part(value));
        parts.map(|(place, _)| place).collect()
    }

    /// Whether a response gives the session cookie another value than `presented`.
    pub(crate) fn is_replaced_by(&self, headers: &HeaderMap, presented: &str) -> bool {
        let presented = self.style.written(presented);
        let presented = presented.as_deref().map(str::as_bytes);
        self.parts_of(headers)
            .any(|(_, value)| !value.is_empty() && Some(value) != presented)
    }

    /// Takes out of a response what sets the session cookie, and gives the credentials that it set.
    pub(crate) fn take_back(&self, headers: &mut HeaderMap) -> Vec<String> {
        let mut tokens: Vec<String> = Vec::new();
        for (place, chunk) in self.parts_of(headers) {
            let chunk = String::from_utf8_lossy(chunk);
            let chunk = self.style.read(&chunk);
            match tokens.last_mut() {
                _ if chunk.is_empty() => {}
                // The plain name and the first chunk begin a token, other chunks go on with it.
                Some(token) if (1..MOST_CHUNKS).contains(&place) => token.push_str(&chunk),
                _ => tokens.push(chunk.into_owned()),
            }
        }
        if !tokens.is_empty() {
            let values: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
            headers.remove(SET_COOKIE);
            for value in values {
                if self.part(&value).is_none_or(|(_, value)| value.is_empty()) {
                    headers.append(SET_COOKIE, value);
                }
            }
        }
        tokens
    }

    fn parts_of<'a>(&self, headers: &'a HeaderMap) -> impl Iterator<Item = (usize, &'a [u8])> {
        let values = headers.get_all(SET_COOKIE).iter();
        values.filter_map(|value| self.part(value))
    }

    fn part<'a>(&self, set_cookie: &'a HeaderValue) -> Option<(usize, &'a [u8])> {
        let pair = set_cookie.as_bytes().split(|byte| *byte == b';').next()?;
        part_of(&self.name, pair)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::Seconds;

    const LONGEST_PAIR: usize = 4096;
    const LONGEST_CHUNK: usize = CookieStyle::NATIVE.longest_chunk;
    const MINUTE: Option<Kept> = Some(Kept {
        max_age: Duration::from_secs(60),
        until: Seconds(60),
    });

    fn settings(security: TransportSecurity) -> CookieSettings {
        let Ok(settings) = CookieSettings::new("session", CookieStyle::NATIVE, security) else {
            unreachable!()
        };
        settings
    }

    #[test]
    fn the_origin_decides_name_and_attributes() {
        let shown = |values: Vec<HeaderValue>| {
            let texts = values.iter().filter_map(|value| value.to_str().ok());
            texts.collect::<Vec<_>>().join("\n")
        };
        let https = settings(TransportSecurity::Https).setting("tok", MINUTE);
        assert_eq!(
            https.map(shown).as_deref(),
            Some("__Host-session=tok; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60")
        );
        let names = [0, 8].into_iter().collect();
        let loopback = settings(TransportSecurity::Loopback);
        assert_eq!(
            shown(loopback.clearing(names).collect()),
            "session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0\n\
             session.0=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn auth_js_has_its_own_names_lengths_and_order() {
        let written = |style, security, length| {
            let settings = CookieSettings::new("authjs.session-token", style, security).ok()?;
            let values = settings.setting(&"a".repeat(length), MINUTE)?;
            let texts = values.iter().filter_map(|value| value.to_str().ok());
            Some(texts.map(str::to_owned).collect::<Vec<_>>())
        };
        assert_eq!(
            written(CookieStyle::AUTH_JS_V5, TransportSecurity::Https, 1),
            Some(vec![
                "__Secure-authjs.session-token=a; Path=/; Expires=Thu, 01 Jan 1970 00:01:00 GMT; \
                 HttpOnly; Secure; SameSite=Lax"
                    .to_owned()
            ])
        );
        for (style, chunk) in [
            (CookieStyle::AUTH_JS_V5, 3936),
            (CookieStyle::NEXT_AUTH_V4, 3933),
        ] {
            for (length, cookies) in [(chunk, 1), (chunk + 1, 2), (8 * chunk, 8)] {
                let written = written(style, TransportSecurity::Loopback, length);
                assert_eq!(
                    written.map(|cookies| cookies.len()),
                    Some(cookies),
                    "{length}"
                );
            }
        }
    }

    #[test]
    fn what_escapes_take_up_counts() {
        let style = CookieStyle::AUTH_JS_V5;
        let settings = CookieSettings::new("session", style, TransportSecurity::Loopback);
        let Ok(settings) = settings else {
            unreachable!()
        };
        for token in ["+/".repeat(1800), "é".repeat(1200), "a=".repeat(4000)] {
            let Some(values) = settings.setting(&token, MINUTE) else {
                unreachable!("{token}")
            };
            let mut headers = HeaderMap::new();
            for value in &values {
                let pair = value.to_str().ok().and_then(|text| text.split(';').next());
                assert!(pair.is_some_and(|pair| pair.len() <= LONGEST_PAIR));
                if let Some(Ok(pair)) = pair.map(HeaderValue::try_from) {
                    headers.append(http::header::COOKIE, pair);
                }
            }
            assert!(values.len() > 1);
            let sent = settings.sent(&headers);
            let credential = sent.credential();
            let is_whole = matches!(
                credential,
                crate::credential::Credential::Present { token: sent, .. } if sent == token
            );
            assert!(is_whole, "{token}");
        }
        assert_eq!(settings.setting(&"+".repeat(8 * 1312 + 1), MINUTE), None);
    }

    #[test]
    fn a_token_that_one_cookie_cannot_hold_is_cut() {
        let settings = settings(TransportSecurity::Loopback);
        let lengths = |length: usize| {
            let values = settings.setting(&"a".repeat(length), MINUTE)?;
            let texts = values.iter().filter_map(|value| value.to_str().ok());
            Some(texts.filter_map(|text| text.find(';')).collect::<Vec<_>>())
        };
        let name = "session".len();
        assert_eq!(lengths(LONGEST_PAIR - name), Some(vec![LONGEST_PAIR + 1]));
        let (full, rest) = (
            name + 3 + LONGEST_CHUNK,
            LONGEST_PAIR - name + 1 - LONGEST_CHUNK,
        );
        assert_eq!(
            lengths(LONGEST_PAIR - name + 1),
            Some(vec![full, name + 3 + rest])
        );
        assert_eq!(lengths(8 * LONGEST_CHUNK), Some(vec![full; 8]));
        assert_eq!(lengths(8 * LONGEST_CHUNK + 1), None);
        assert_eq!(settings.setting("a;b", MINUTE), None);
    }

    #[test]
    fn names_that_browsers_give_a_meaning_are_refused() {
        for name in [
            "",
            "__Host-session",
            "__secure-x",
            "a b",
            "a=b",
            "é",
            "a.0",
            "a.12",
        ] {
            assert!(
                CookieSettings::new(name, CookieStyle::NATIVE, TransportSecurity::Https).is_err(),
                "{name}"
            );
        }
    }
}
