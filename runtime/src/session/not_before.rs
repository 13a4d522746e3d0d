//! Tokens cannot be taken back one by one, but all that a user had before a moment can.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::clock::Seconds;

/// How many users are remembered by name.
const MOST_USERS: usize = 10_000;

/// Since when the tokens of users count, in this process. Bounded: when it is full, the older half is
/// forgotten by name, and every token from before that time counts for nobody.
#[derive(Debug)]
pub(crate) struct NotBefore {
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
    pub(crate) fn new() -> Self {
        let moments = Moments {
            changed: HashMap::new(),
            all: Seconds(i64::MIN),
        };
        Self {
            is_used: AtomicBool::new(false),
            moments: RwLock::new(moments),
        }
    }

    /// From now on, only tokens of that user count that are issued later.
    pub(crate) fn user_changed(&self, user_id: &str, now: Seconds) {
        let mut moments = self.moments.write().unwrap_or_else(PoisonError::into_inner);
        if moments.changed.len() >= MOST_USERS && !moments.changed.contains_key(user_id) {
            moments.forget_older_half();
        }
        moments.changed.insert(user_id.into(), now);
        self.is_used.store(true, Ordering::Release);
    }

    /// Whether a token of that user, issued then, still counts.
    pub(crate) fn admits(&self, user_id: &str, issued: Seconds) -> bool {
        issued > self.latest(user_id)
    }

    /// What a token that is issued now says of that: later than the last change, even within the same
    /// second.
    pub(crate) fn issuing(&self, user_id: &str, now: Seconds) -> Seconds {
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
    fn forget_older_half(&mut self) {
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

    #[test]
    fn what_was_issued_before_a_change_does_not_count() {
        let not_before = NotBefore::new();
        assert!(not_before.admits("7", Seconds(5)));
        not_before.user_changed("7", Seconds(10));
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
            not_before.user_changed(&user.to_string(), Seconds(now));
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
