use aws_lc_rs::digest::{Context, SHA256};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::credential::{Companions, Source};
use crate::session::elsewhere::Presented;

pub(super) type Fingerprint = [u8; 32];

/// What the upstream is asked, as far as its answer depends on it: nobody can make the credential from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) credential: Fingerprint,
    pub(super) source: Source,
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
            credential: of_token(presented.token),
            source: presented.source,
            listed: hash.map_or([0; 32], finished),
        }
    }
}

/// What is remembered of a credential is found by this, wherever requests carry it.
pub(super) fn of_token(token: &str) -> Fingerprint {
    fingerprint([b"token ", token.as_bytes()])
}

/// The browser that a request comes from, as far as it shows: the endpoints tell browsers apart by this cookie,
/// which outlives the session.
pub(super) fn of_browser(companions: &Companions, headers: &HeaderMap) -> Option<Fingerprint> {
    let csrf = companions.csrf.sent(headers)?;
    Some(fingerprint([b"csrf ", csrf.as_bytes()]))
}

fn fingerprint(parts: [&[u8]; 2]) -> Fingerprint {
    let mut hash = Context::new(&SHA256);
    for part in parts {
        hash.update(part);
    }
    finished(hash)
}

fn finished(hash: Context) -> Fingerprint {
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(hash.finish().as_ref());
    fingerprint
}
