use std::borrow::Cow;
use std::time::Duration;

use cookie::{Cookie, SameSite};
use http::header::HeaderValue;

use super::Source;
use super::escape::{escaped, unescaped};
use super::sent::is_cookie_octet;
use crate::clock::Seconds;

/// RFC 6265bis section 5.6: browsers drop a cookie whose name and value are longer.
const LONGEST_PAIR: usize = 4096;

/// How a cookie is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CookieStyle {
    /// What stands before the name where the cookie is `Secure` (RFC 6265bis section 4.1.3).
    prefix: &'static str,
    /// How long a token may be that one cookie holds, beside the name.
    longest_whole: LongestWhole,
    /// How much of a longer token one chunk holds, in bytes.
    pub(super) longest_chunk: usize,
    attributes: Attributes,
    /// Whether a value is written with escapes and read without them.
    has_escapes: bool,
    /// Which credentials count where a handler does not say.
    order: &'static [Source],
}

#[derive(Debug, Clone, Copy)]
enum LongestWhole {
    /// As long as the browser keeps it.
    Pair,
    /// No longer than a chunk.
    Chunk,
}

#[derive(Debug, Clone, Copy)]
enum Attributes {
    Native,
    /// As Auth.js writes them, in its order.
    Authjs,
}

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) max_age: Duration,
    pub(crate) until: Seconds,
}

impl CookieStyle {
    pub(crate) const NATIVE: Self = Self {
        prefix: "__Host-",
        longest_whole: LongestWhole::Pair,
        longest_chunk: LONGEST_PAIR - 160,
        attributes: Attributes::Native,
        has_escapes: false,
        order: &[Source::Bearer, Source::Cookie],
    };
    pub(crate) const AUTH_JS_V5: Self = Self {
        prefix: "__Secure-",
        longest_whole: LongestWhole::Chunk,
        longest_chunk: LONGEST_PAIR - 160,
        attributes: Attributes::Authjs,
        has_escapes: true,
        order: &[Source::Cookie, Source::Bearer],
    };
    pub(crate) const NEXT_AUTH_V4: Self = Self {
        longest_chunk: LONGEST_PAIR - 163,
        ..Self::AUTH_JS_V5
    };

    /// The same for values that may be any text.
    pub(super) const fn with_escapes(self) -> Self {
        Self {
            has_escapes: true,
            ..self
        }
    }

    /// Which credentials count where a handler does not say.
    pub(crate) const fn order(&self) -> &'static [Source] {
        self.order
    }

    /// The name with the prefix that it has on a cookie that is `Secure`.
    pub(crate) fn full_name(&self, name: &str, secure: bool) -> String {
        format!("{}{name}", self.prefix(secure))
    }

    /// What stands before each name of a cookie that is `Secure`.
    pub(super) const fn prefix(&self, secure: bool) -> &'static str {
        match secure {
            true => self.prefix,
            false => "",
        }
    }

    /// A value as it stands in a cookie; `None` if browsers would drop it.
    pub(super) fn written<'a>(&self, value: &'a str) -> Option<Cow<'a, str>> {
        if self.has_escapes {
            return Some(escaped(value));
        }
        value
            .bytes()
            .all(is_cookie_octet)
            .then_some(Cow::Borrowed(value))
    }

    /// The value that stands like this in a cookie.
    pub(super) fn read<'a>(&self, written: &'a str) -> Cow<'a, str> {
        match self.has_escapes {
            true => unescaped(written),
            false => Cow::Borrowed(written),
        }
    }

    /// Whether one cookie of that name holds the token.
    pub(super) fn holds(&self, name: &str, token: &str) -> bool {
        let length = token.chars().map(|letter| self.length_of(letter)).sum();
        match self.longest_whole {
            LongestWhole::Pair => name.len().saturating_add(length) <= LONGEST_PAIR,
            LongestWhole::Chunk => length <= self.longest_chunk,
        }
    }

    /// A longer token in pieces that chunks hold.
    pub(super) fn pieces<'a>(&self, token: &'a str) -> Vec<&'a str> {
        let mut pieces = Vec::new();
        let mut rest = token;
        while !rest.is_empty() {
            let mut length = 0;
            let end = rest.char_indices().find(|(_, letter)| {
                length += self.length_of(*letter);
                length > self.longest_chunk
            });
            // No letter is longer than a chunk, so there is one in each piece.
            let end = end.map_or(rest.len(), |(end, _)| end);
            let (piece, others) = rest.split_at(end);
            pieces.push(piece);
            rest = others;
        }
        pieces
    }

    /// How many bytes a letter takes in a cookie.
    fn length_of(&self, letter: char) -> usize {
        match self.has_escapes {
            true => escaped(letter.encode_utf8(&mut [0; 4])).len(),
            false => letter.len_utf8(),
        }
    }

    /// A `Set-Cookie` value; one that nobody keeps lasts until the browser is closed.
    pub(super) fn setting(
        &self,
        (name, value): (&str, &str),
        secure: bool,
        kept: Option<Kept>,
    ) -> Option<HeaderValue> {
        self.header_value((name, value), secure, kept.map(Lifetime::Kept))
    }

    /// A `Set-Cookie` value that removes a cookie.
    pub(super) fn clearing(&self, name: &str, secure: bool) -> Option<HeaderValue> {
        self.header_value((name, ""), secure, Some(Lifetime::Gone))
    }

    fn header_value(
        &self,
        pair: (&str, &str),
        secure: bool,
        lifetime: Option<Lifetime>,
    ) -> Option<HeaderValue> {
        let (name, value) = pair;
        let pair = (name, &*self.written(value)?);
        let text = match self.attributes {
            Attributes::Native => native(pair, secure, lifetime),
            Attributes::Authjs => authjs(pair, secure, lifetime),
        };
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

#[derive(Clone, Copy)]
enum Lifetime {
    Gone,
    Kept(Kept),
}

fn native((name, value): (&str, &str), secure: bool, lifetime: Option<Lifetime>) -> String {
    let mut cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build();
    if let Some(lifetime) = lifetime {
        let max_age = match lifetime {
            Lifetime::Gone => Duration::ZERO,
            Lifetime::Kept(kept) => kept.max_age,
        };
        let seconds = i64::try_from(max_age.as_secs()).unwrap_or(i64::MAX);
        cookie.set_max_age(time::Duration::seconds(seconds));
    }
    cookie.to_string()
}

/// `Max-Age`, `Path`, `Expires`, `HttpOnly`, `Secure`, `SameSite`: the order of the package `cookie`.
fn authjs((name, value): (&str, &str), secure: bool, lifetime: Option<Lifetime>) -> String {
    let (max_age, expires) = match lifetime {
        None => ("", String::new()),
        Some(Lifetime::Gone) => ("; Max-Age=0", String::new()),
        Some(Lifetime::Kept(Kept { until, .. })) => {
            let date = httpdate::fmt_http_date(until.to_system_time());
            ("", format!("; Expires={date}"))
        }
    };
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}{max_age}; Path=/{expires}; HttpOnly{secure}; SameSite=Lax")
}
