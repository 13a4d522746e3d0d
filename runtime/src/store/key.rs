use std::fmt;

use aws_lc_rs::{digest, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

const BYTES: usize = 32;
/// 32 bytes as base64url without padding.
const TEXT_LENGTH: usize = 43;

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

/// What a store finds a session by: the SHA-256 of the cookie's name and the id that it carries.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey([u8; BYTES]);

impl SessionKey {
    /// The key of an id in the cookie of that name, or `None` if no id of ours has that length and
    /// alphabet. Several configurations may share a store: one's id is nothing to another.
    pub(crate) fn of(cookie: &str, id: &str) -> Option<Self> {
        if id.len() != TEXT_LENGTH {
            return None;
        }
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(id).ok()?);
        let mut digest = digest::Context::new(&digest::SHA256);
        // The id has a fixed length, so nothing can be moved from one part to the other.
        digest.update(cookie.as_bytes());
        digest.update(&bytes);
        digest.finish().as_ref().try_into().ok().map(Self)
    }

    /// The 32 bytes to store.
    pub const fn as_bytes(&self) -> &[u8; BYTES] {
        &self.0
    }

    /// A key as it was stored.
    pub const fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }
}

/// Shows the first 4 bytes: enough to find a session in the logs, and no way back to its id.
impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey(")?;
        self.0
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
        assert!(SessionKey::of("session", id.as_str()).is_some());
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
            assert_eq!(SessionKey::of("session", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn debug_shows_four_bytes() {
        assert_eq!(
            format!("{:?}", SessionKey([0xab; 32])),
            "SessionKey(abababab..)"
        );
    }
}
