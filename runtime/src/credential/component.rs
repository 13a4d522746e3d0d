//! `encodeURIComponent` and `decodeURIComponent` of ECMAScript: how Auth.js writes the values of cookies.

pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// The text as it was, or the value itself if it cannot be decoded.
pub(super) fn decode(value: &str) -> String {
    decoded(value).unwrap_or_else(|| value.to_owned())
}

fn decoded(value: &str) -> Option<String> {
    let mut pieces = value.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        for (text, encoded) in [
            ("", ""),
            ("a|b", "a%7Cb"),
            (
                "http://localhost:3000/ü?x=1&y",
                "http%3A%2F%2Flocalhost%3A3000%2F%C3%BC%3Fx%3D1%26y",
            ),
            ("-_.!~*'()", "-_.!~*'()"),
            ("100%", "100%25"),
        ] {
            assert_eq!(encode(text), encoded);
            assert_eq!(decode(encoded), text);
        }
    }

    #[test]
    fn what_cannot_be_decoded_stays() {
        for value in ["%", "%2", "%zz", "%+1", "a%ff", "%c3", "%é"] {
            assert_eq!(decode(value), value);
        }
    }
}
