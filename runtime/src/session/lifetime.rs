//! How long sessions last.

use std::time::Duration;

use super::Identity;
use crate::clock::Seconds;
use crate::store::StoredSession;
use crate::token::SessionTokens;

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetime {
    /// Without use.
    pub(crate) max_age: Duration,
    /// How old an expiry may grow before it is moved; zero: it is moved each time.
    pub(crate) update_age: Duration,
    /// Since the user proved who they are, or since the session is known where nobody knows that, however
    /// much it is used.
    pub(crate) absolute: Duration,
}

impl Lifetime {
    /// When a session ends that is used now.
    pub(crate) fn expires(&self, now: Seconds, began: Option<Seconds>) -> Seconds {
        self.end(now.plus(self.max_age), began)
    }

    /// When a session ends that was given this expiry: the absolute limit may have been lowered since.
    pub(crate) fn end(&self, expires: Seconds, began: Option<Seconds>) -> Seconds {
        began.map_or(expires, |began| expires.min(began.plus(self.absolute)))
    }

    /// Whether a session has lasted as long as it may, however much it was used.
    pub(crate) fn is_over(&self, now: Seconds, began: Option<Seconds>) -> bool {
        began.is_some_and(|began| now >= began.plus(self.absolute))
    }

    /// How long a session may go on that was not written down here since: Auth.js moves the end of its own.
    pub(crate) fn longest(&self, tokens: &SessionTokens) -> Duration {
        match tokens {
            SessionTokens::Native(_) => self.max_age,
            SessionTokens::Authjs(_) | SessionTokens::Custom(_) => self.absolute,
        }
    }

    /// When that stored session ends.
    pub(crate) fn end_of(&self, session: &StoredSession) -> Seconds {
        let auth_time = session.auth_time.map(Seconds::of);
        self.end(Seconds::of(session.expires), auth_time)
    }

    /// When that session should end from now on, if it is time to write that down. Never earlier than it
    /// ends already.
    pub(crate) fn extended(&self, identity: &Identity, now: Seconds) -> Option<Seconds> {
        let Identity {
            expires,
            began,
            dated,
            ..
        } = *identity;
        self.moved(expires, now, began, dated)
    }

    fn moved(
        &self,
        expires: Seconds,
        now: Seconds,
        began: Option<Seconds>,
        dated: Option<Seconds>,
    ) -> Option<Seconds> {
        let extended = self.expires(now, began);
        // How long a token of Auth.js lasts was not for us to say: how old it is shows from the other end.
        let age = match dated {
            Some(dated) => now.since(dated),
            None => self.max_age.saturating_sub(expires.since(now)),
        };
        let is_later = match self.update_age {
            // Auth.js writes it down each time.
            Duration::ZERO => extended >= expires,
            _ => extended > expires,
        };
        (age >= self.update_age && is_later).then_some(extended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Lifetime = Lifetime {
        max_age: Duration::from_secs(100),
        update_age: Duration::from_secs(10),
        absolute: Duration::from_secs(250),
    };

    #[test]
    fn a_refresh_is_due_after_the_update_age() {
        let extended = |now| LIFETIME.moved(Seconds(100), Seconds(now), None, None);
        assert_eq!(extended(9), None);
        assert_eq!(extended(10), Some(Seconds(110)));
        assert_eq!(extended(99), Some(Seconds(199)));
        assert_eq!(extended(-3600), None, "the clock was turned back");
    }

    #[test]
    fn without_an_update_age_every_use_is_written_down() {
        let lifetime = Lifetime {
            update_age: Duration::ZERO,
            ..LIFETIME
        };
        let extended = |now| lifetime.moved(Seconds(100), Seconds(now), None, None);
        assert_eq!(extended(0), Some(Seconds(100)));
        assert_eq!(extended(1), Some(Seconds(101)));
        assert_eq!(extended(-1), None, "the clock was turned back");
    }

    #[test]
    fn no_use_takes_a_session_beyond_its_absolute_end() {
        let extended =
            |expires, now| LIFETIME.moved(Seconds(expires), Seconds(now), Some(Seconds(0)), None);
        assert_eq!(extended(190, 140), Some(Seconds(240)));
        assert_eq!(extended(240, 200), Some(Seconds(250)));
        assert_eq!(extended(250, 240), None);
        assert_eq!(LIFETIME.expires(Seconds(0), Some(Seconds(0))), Seconds(100));
    }
}
