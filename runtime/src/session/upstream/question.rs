use aws_lc_rs::digest::{Context, SHA256};
use http::{HeaderName, HeaderValue};

use crate::session::elsewhere::Presented;

pub(super) type Fingerprint = [u8; 32];

/// What the upstream is asked, as far as its answer depends on it: nobody can make the credential from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) credential: Fingerprint,
    /// What it is told of the visitor's request besides.
    pub(super) listed: Fingerprint,
}

impl Question {
    pub(super) fn new<'a>(
        presented: &Presented<'_>,
        listed: impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)>,
    ) -> Self {
        let mut hash = None;
        for (name, value) in listed {
            let hash = hash.get_or_insert_with(|| Context::new(&SHA256));
            // No value has the end of a line in it.
            for part in [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"] {
                hash.update(part);
            }
        }
        Self {
            credential: fingerprint(presented),
            listed: hash.map_or([0; 32], finished),
        }
    }
}

/// What is remembered of a credential is found by this.
pub(super) fn fingerprint(presented: &Presented<'_>) -> Fingerprint {
    let mut hash = Context::new(&SHA256);
    hash.update(presented.source.name().as_bytes());
    hash.update(b"\0");
    hash.update(presented.token.as_bytes());
    finished(hash)
}

fn finished(hash: Context) -> Fingerprint {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(hash.finish().as_ref());
    fingerprint
}
