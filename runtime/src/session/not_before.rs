//! Tokens cannot be taken back one by one, but all that a user had before a moment can.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use crate::clock::Seconds;

/// How many users are remembered by name.
const MOST_USERS: usize = 10_000;

/// Since when the tokens of users count, in this process. Bounded: when it is full, the older half is
/// forgotten by name, and every token from before that time counts for nobody.
#[derive(Debug)]
pub(super) struct NotBefore {
    /// Whether anybody has changed: most processes never take the lock.
    is_used: AtomicBool,
    moments: RwLock<Moments>,
}

#[derive(Debug)]
struct Moments {
    changed: HashMap<Box<str>, Seconds>,
    /// Nobody's tokens up to here count.
    all: Seconds,
}

impl NotBefore {
    pub(super) fn new() -> Self {
        let moments = Moments {
            changed: HashMap::new(),
            all: Seconds(i64::MIN),
        };
        Self {
            is_used: AtomicBool::new(false),
            moments: RwLock::new(moments),
        }
    }

    /// From now on, only tokens of that user count that are issued later. No token lives longer than
    /// `longest`.
    pub(super) fn user_changed(&self, user_id: &str, now: Seconds, longest: Duration) {
        let mut moments = self.moments.write().unwrap_or_else(PoisonError::into_inner);
        if moments.changed.len() >= MOST_USERS && !moments.changed.contains_key(user_id) {
            moments.make_room(now, longest);
        }
        // Later than every token that was given out since the last change, though the clock may stand
        // still or have been turned back.
        let moment = match moments.changed.get(user_id) {
            Some(last) => now.max(Seconds(last.0.saturating_add(1))),
            None => now,
        };
        moments.changed.insert(user_id.into(), moment);
        self.is_used.store(true, Ordering::Release);
    }

    /// Whether a token of that user, issued then, still counts.
    pub(super) fn admits(&self, user_id: &str, issued: Seconds) -> bool {
        issued > self.latest(user_id)
    }

    /// What a token that is issued now says of that: later than the last change, even within the same
    /// second.
    pub(super) fn issuing(&self, user_id: &str, now: Seconds) -> Seconds {
        now.max(Seconds(self.latest(user_id).0.saturating_add(1)))
    }

    fn latest(&self, user_id: &str) -> Seconds {
        if !self.is_used.load(Ordering::Acquire) {
            return Seconds(i64::MIN);
        }
        let moments = self.moments.read().unwrap_or_else(PoisonError::into_inner);
        let changed = moments.changed.get(user_id).copied();
        changed.map_or(moments.all, |changed| changed.max(moments.all))
    }
}

impl Moments {
    /// Forgets changes that no token is left from, or else the older half.
    fn make_room(&mut self, now: Seconds, longest: Duration) {
        self.changed
            .retain(|_, changed| changed.plus(longest) > now);
        if self.changed.len() < MOST_USERS {
            return;
        }
        tracing::warn!(
            target: "portcullis::security",
            code = "many_users_changed",
            "too many users have changed to remember them all: tokens from before count for nobody"
        );
        let mut times: Vec<_> = self.changed.values().copied().collect();
        times.sort_unstable();
        if let Some(median) = times.get(times.len() / 2) {
            self.all = self.all.max(*median);
        }
        let all = self.all;
        self.changed.retain(|_, changed| *changed > all);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(1_000_000);

    #[test]
    fn every_change_takes_back_what_was_given_out_since_the_last() {
        let not_before = NotBefore::new();
        for now in [10, 10, 5] {
            not_before.user_changed("7", Seconds(now), LONGEST);
            let issued = not_before.issuing("7", Seconds(now));
            assert!(not_before.admits("7", issued));
            not_before.user_changed("7", Seconds(now), LONGEST);
            assert!(!not_before.admits("7", issued), "{now}");
        }
    }

    #[test]
    fn a_change_that_no_token_is_left_from_costs_nobody_a_session() {
        let not_before = NotBefore::new();
        for user in 0..MOST_USERS {
            not_before.user_changed(&user.to_string(), Seconds(0), LONGEST);
        }
        not_before.user_changed("another", Seconds(2_000_000), LONGEST);
        assert!(not_before.admits("a stranger", Seconds(1)));
        assert!(!not_before.admits("another", Seconds(1)));
    }

    #[test]
    fn what_was_issued_before_a_change_does_not_count() {
        let not_before = NotBefore::new();
        assert!(not_before.admits("7", Seconds(5)));
        not_before.user_changed("7", Seconds(10), LONGEST);
        assert!(!not_before.admits("7", Seconds(10)));
        assert!(not_before.admits("8", Seconds(10)));
        assert_eq!(not_before.issuing("7", Seconds(10)), Seconds(11));
        assert!(not_before.admits("7", Seconds(11)));
    }

    #[test]
    fn forgetting_a_name_lets_nothing_in() {
        let not_before = NotBefore::new();
        for user in 0..=MOST_USERS {
            let now = i64::try_from(user).unwrap_or(0);
            not_before.user_changed(&user.to_string(), Seconds(now), LONGEST);
        }
        for user in 0..=MOST_USERS {
            let now = i64::try_from(user).unwrap_or(0);
            assert!(
                !not_before.admits(&user.to_string(), Seconds(now)),
                "{user}"
            );
        }
        assert!(not_before.admits("a stranger", Seconds(i64::MAX)));
    }
}
