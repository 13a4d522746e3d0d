//! Signed tokens that count no longer, though they have not expired: as far as this process knows.

use std::time::Duration;

use super::Identity;
use super::ended::{Ended, Mark};
use super::not_before::NotBefore;
use crate::clock::Seconds;

/// What a signed token says of itself.
#[derive(Clone, Copy)]
pub(crate) struct Issued {
    pub(crate) at: Seconds,
    /// The change of its user that it names as past.
    pub(super) since: Option<u64>,
    pub(super) mark: Mark,
}

/// The tokens that were taken back.
pub(crate) struct Revoked {
    not_before: NotBefore,
    ended: Ended,
}

impl Revoked {
    pub(crate) fn new(leeway: Duration) -> Self {
        Self {
            not_before: NotBefore::new(leeway),
            ended: Ended::new(),
        }
    }

    /// Whether a token of that user still counts.
    pub(super) fn admits(&self, user_id: &str, issued: Issued) -> bool {
        let Issued { at, since, mark } = issued;
        self.not_before.admits(user_id, at, since) && !self.ended.has(mark)
    }

    /// Whether the token still counts that this identity was read from.
    pub(super) fn admits_identity(&self, identity: &Identity) -> bool {
        let issued = identity.issued;
        issued.is_some_and(|issued| self.admits(&identity.user_id, issued))
    }

    /// Takes back a token, and says whether it was not yet.
    pub(super) fn end(&self, mark: Mark, expires: Seconds, now: Seconds) -> bool {
        self.ended.end(mark, expires, now)
    }

    /// Takes back all tokens of a user. No token lives longer than `longest`.
    pub(super) fn user_changed(&self, user_id: &str, now: Seconds, longest: Duration) {
        self.not_before.user_changed(user_id, now, longest);
    }

    /// The change that a token which is given out now names as past.
    pub(super) fn issuing(&self, user_id: &str, now: Seconds) -> Option<u64> {
        self.not_before.issuing(user_id, now)
    }
}
