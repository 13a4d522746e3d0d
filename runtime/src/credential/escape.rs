//! What `encodeURIComponent` and `decodeURIComponent` do in JavaScript: Auth.js writes the values of
//! cookies with the one and reads them with the other.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with an escape for each byte that is not of `A-Z a-z 0-9 - _ . ! ~ * ' ( )`.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if is_plain(byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    Cow::Owned(escaped)
}

/// The text that the escapes stand for; as it is if one of them is broken, or if they make up no text.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = bytes_of(text).and_then(|bytes| String::from_utf8(bytes).ok());
    bytes.map_or(Cow::Borrowed(text), Cow::Owned)
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_javascript() {
        for (text, expected) in [
            ("", ""),
            ("aZ09-_.!~*'()", "aZ09-_.!~*'()"),
            ("a+b/c==", "a%2Bb%2Fc%3D%3D"),
            ("%", "%25"),
            ("é|\u{1f418}", "%C3%A9%7C%F0%9F%90%98"),
        ] {
            assert_eq!(escaped(text), expected);
            assert_eq!(unescaped(expected), text);
        }
        assert_eq!(unescaped("%2b%2F"), "+/");
    }

    #[test]
    fn a_broken_escape_stands_for_itself() {
        for text in [
            "%",
            "a%2",
            "%+1",
            "%2é",
            "%g0",
            "%ff",
            "%C3",
            "%2B%",
            "%ED%A0%80",
        ] {
            assert_eq!(unescaped(text), text);
        }
    }
}
