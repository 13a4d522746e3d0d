//! The session cookie as it is written: with the attributes that the origin asks for, and in chunks
//! where one cookie cannot hold the token.

#[cfg(test)]
mod tests;

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
        let name = self.name.strip_prefix(self.prefix());
        (name.unwrap_or(&self.name), self.secure)
    }

    /// What stands before the name.
    pub(super) fn prefix(&self) -> &'static str {
        self.style.prefix(self.secure)
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

    /// Whether `name=value` is a part of the session cookie.
    #[cfg(feature = "proxy")]
    pub(super) fn is_part(&self, pair: &[u8]) -> bool {
        part_of(&self.name, pair).is_some()
    }

    /// Whether a response removes the session cookie, and sets no other.
    #[cfg(feature = "proxy")]
    pub(crate) fn is_removed_by(&self, headers: &HeaderMap) -> bool {
        let mut parts = self.parts_of(headers).peekable();
        parts.peek().is_some() && parts.all(|(_, value)| value.is_empty())
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
        let tokens = self.tokens_in(headers.get_all(SET_COOKIE));
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

    /// The credentials that these `Set-Cookie` values set.
    pub(crate) fn tokens_in<'a>(
        &self,
        values: impl IntoIterator<Item = &'a HeaderValue>,
    ) -> Vec<String> {
        let mut tokens: Vec<String> = Vec::new();
        for (place, chunk) in values.into_iter().filter_map(|value| self.part(value)) {
            let chunk = String::from_utf8_lossy(chunk);
            let chunk = self.style.read(&chunk);
            match tokens.last_mut() {
                _ if chunk.is_empty() => {}
                // The plain name and the first chunk begin a token, other chunks go on with it.
                Some(token) if (1..MOST_CHUNKS).contains(&place) => token.push_str(&chunk),
                _ => tokens.push(chunk.into_owned()),
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
