//! Secrets that anybody can look up.

use aws_lc_rs::digest;

/// The first 8 bytes of the SHA-256 of each entry, sorted. The entries are those of 32 bytes and
/// more in wallarm/jwt-secrets at 99e2360 (MIT); `tests/vectors/weak-secrets` has them in full.
static FINGERPRINTS: &[u8] = include_bytes!("published.bin");
const WIDTH: usize = 8;

pub(super) fn contains(secret: &str) -> bool {
    let digest = digest::digest(&digest::SHA256, secret.as_bytes());
    let (fingerprints, _) = FINGERPRINTS.as_chunks::<WIDTH>();
    digest
        .as_ref()
        .first_chunk::<WIDTH>()
        .is_some_and(|fingerprint| fingerprints.binary_search(fingerprint).is_ok())
}
