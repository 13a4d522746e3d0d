//! Keys derived from the secret, one for each purpose, so that what is made for one purpose is
//! worthless for every other (RFC 5869).

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

use crate::config::{ConfigMistake, Secret};

const LENGTH: usize = 32;

struct KeyLength;

impl KeyType for KeyLength {
    fn len(&self) -> usize {
        LENGTH
    }
}

/// The key for a purpose, said in one or more parts.
pub(super) fn derive(
    secret: &Secret,
    purpose: &[&str],
) -> Result<Zeroizing<[u8; LENGTH]>, ConfigMistake> {
    let purpose = purpose.join("\0");
    let mut key = Zeroizing::new([0; LENGTH]);
    Salt::new(HKDF_SHA256, b"")
        .extract(secret.as_bytes())
        .expand(&[purpose.as_bytes()], KeyLength)
        .and_then(|okm| okm.fill(key.as_mut()))
        .map_err(|_| ConfigMistake::Cryptography {
            reason: "HKDF-SHA256 failed",
        })?;
    Ok(key)
}
