use std::fmt;
use std::ops::RangeInclusive;

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

const BYTES: usize = 32;
/// 32 bytes as base64url without padding.
const TEXT_LENGTH: usize = 43;
/// From 128 bits in hexadecimal and the like, up to what the columns of Auth.js hold.
const TOKEN_LENGTHS: RangeInclusive<usize> = 16..=255;

/// The id of a stored session as the visitor's cookie carries it: 256 random bits. Never stored.
pub(crate) struct SessionId(Zeroizing<String>);

impl SessionId {
    /// A new id, or `None` if the operating system has no randomness to give.
    pub(crate) fn random() -> Option<Self> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        rand::fill(bytes.as_mut()).ok()?;
        Some(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_ref()))))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a store finds sessions by: see [`SessionStore::key_format`](super::SessionStore::key_format).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFormat {
    /// The SHA-256 of the cookie's name and the id that it carries: whoever reads the store cannot use
    /// what they find.
    Sha256,
    /// The id itself, as Auth.js stores it: whoever reads the store can take over every session in it.
    Token,
}

/// What a store finds a session by.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(Key);

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    Sha256([u8; BYTES]),
    Token(Box<str>),
}

impl SessionKey {
    /// The key of an id in the cookie of that name, or `None` if no id has that length and alphabet.
    /// Several configurations may share a store: one's id is nothing to another, unless ids are stored
    /// as they are.
    pub(crate) fn of(format: KeyFormat, cookie: &str, id: &str) -> Option<Self> {
        match format {
            KeyFormat::Sha256 => Self::digest_of(cookie, id),
            KeyFormat::Token => Self::from_token(id),
        }
    }

    fn digest_of(cookie: &str, id: &str) -> Option<Self> {
        if id.len() != TEXT_LENGTH {
            return None;
        }
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(id).ok()?);
        let mut digest = digest::Context::new(&digest::SHA256);
        // The id has a fixed length, so nothing can be moved from one part to the other.
        digest.update(cookie.as_bytes());
        digest.update(&bytes);
        let digest = digest.finish().as_ref().try_into().ok()?;
        Some(Self::from_bytes(digest))
    }

    /// The 32 bytes, or the ASCII letters of the token, to find the session by.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Key::Sha256(bytes) => bytes,
            Key::Token(token) => token.as_bytes(),
        }
    }

    /// The token, in a store of [`KeyFormat::Token`]. Whoever has it is the user.
    pub fn expose_token(&self) -> Option<&str> {
        match &self.0 {
            Key::Sha256(_) => None,
            Key::Token(token) => Some(token),
        }
    }

    /// A key as it was stored, in a store of [`KeyFormat::Sha256`].
    pub const fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(Key::Sha256(bytes))
    }

    /// A key as it was stored, in a store of [`KeyFormat::Token`]; `None` for what is no session token:
    /// 16 to 255 characters of `A-Z a-z 0-9 - . _ ~ + / =`.
    pub fn from_token(token: &str) -> Option<Self> {
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        let is_one = TOKEN_LENGTHS.contains(&token.len()) && token.bytes().all(is_token);
        is_one.then(|| Self(Key::Token(token.into())))
    }

    /// The same for every copy of one key, and no way back to it.
    pub(crate) fn fingerprint(&self) -> [u8; BYTES] {
        match &self.0 {
            Key::Sha256(bytes) => *bytes,
            Key::Token(token) => {
                let mut fingerprint = [0; BYTES];
                let digest = digest::digest(&digest::SHA256, token.as_bytes());
                // SHA-256 has 32 bytes.
                fingerprint.copy_from_slice(digest.as_ref());
                fingerprint
            }
        }
    }
}

/// Shows 4 bytes of a hash: enough to find a session in the logs, and no way back to its id.
impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(")?;
        self.fingerprint()
            .iter()
            .take(4)
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_our_shape_have_a_key() {
        let Some(id) = SessionId::random() else {
            unreachable!()
        };
        assert_eq!(id.as_str().len(), TEXT_LENGTH);
        assert!(SessionKey::of(KeyFormat::Sha256, "session", id.as_str()).is_some());
        let stray_bits = format!("{}B", "A".repeat(TEXT_LENGTH - 1));
        for wrong in [
            "",
            "A",
            &"A".repeat(42),
            &"A".repeat(44),
            &"=".repeat(43),
            &"+".repeat(43),
            &stray_bits,
        ] {
            assert_eq!(
                SessionKey::of(KeyFormat::Sha256, "session", wrong),
                None,
                "{wrong}"
            );
        }
    }

    #[test]
    fn only_tokens_of_a_plausible_shape_have_a_key() {
        for token in ["8d3ac8de-7c6a-4d09-b8a4-2f0e8b1f9f55", &"a".repeat(255)] {
            let key = SessionKey::of(KeyFormat::Token, "session", token);
            assert_eq!(key.as_ref().and_then(SessionKey::expose_token), Some(token));
        }
        for wrong in [
            "",
            "short",
            &"a".repeat(256),
            "a token with spaces",
            "0123456789abcdé0",
        ] {
            assert_eq!(
                SessionKey::of(KeyFormat::Token, "session", wrong),
                None,
                "{wrong}"
            );
        }
    }

    #[test]
    fn debug_shows_four_bytes_of_a_hash() {
        let key = SessionKey::from_bytes([0xab; 32]);
        assert_eq!(format!("{key:?}"), "SessionKey(abababab..)");
        let token = SessionKey::from_token("0123456789abcdef");
        assert_eq!(format!("{token:?}"), "Some(SessionKey(9f9f5111..))");
    }
}
