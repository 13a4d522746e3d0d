//! The secret that all keys are derived from.

use std::fmt;

use zeroize::Zeroizing;

use super::ConfigMistake;

/// The shortest secret accepted, in bytes: the key length of HS256 (RFC 7518 section 3.2).
const SHORTEST: usize = 32;

/// A secret that has passed the start-up checks. Wiped when dropped, never printed.
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(super) fn check(
        setting: &'static str,
        value: Zeroizing<String>,
    ) -> Result<Self, ConfigMistake> {
        let text = value.trim();
        if text.is_empty() {
            return Err(ConfigMistake::SecretEmpty { setting });
        }
        if text.len() < SHORTEST {
            return Err(ConfigMistake::SecretTooShort {
                setting,
                bytes: text.len(),
            });
        }
        if text.starts_with("-----BEGIN") || (text.starts_with('{') && text.contains("\"kty\"")) {
            return Err(ConfigMistake::SecretIsKeyDocument { setting });
        }
        if is_trivial(text) || super::published::contains(text) {
            return Err(ConfigMistake::SecretPublished { setting });
        }
        Ok(Self(value))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

fn is_trivial(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next();
    bytes.all(|byte| Some(byte) == first)
}
