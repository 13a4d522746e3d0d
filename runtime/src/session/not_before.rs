//! Tokens cannot be taken back one by one, but all that a user had before a moment can.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::rand;

use crate::clock::Seconds;

/// How many users are remembered by name.
const MOST_USERS: usize = 10_000;

/// Since when the tokens of users count, in this process. Bounded: when it is full, the older half is
/// forgotten by name, and every token from before that time counts for nobody.
#[derive(Debug)]
pub(super) struct NotBefore {
    /// How far another machine's clock may run ahead: what it has issued by now may say so much later.
    leeway: Duration,
    /// Whether anybody has changed: most processes never take the lock.
    is_used: AtomicBool,
    changes: RwLock<Changes>,
}

#[derive(Debug)]
struct Changes {
    of_users: HashMap<Box<str>, Change>,
    /// Counts for everybody.
    of_all: Change,
}

/// A moment up to which no tokens count, except those that name it: they were issued after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    until: Seconds,
    /// Random; nothing if the operating system has no randomness to give.
    name: Option<u64>,
}

impl NotBefore {
    pub(super) fn new(leeway: Duration) -> Self {
        let changes = Changes {
            of_users: HashMap::new(),
            of_all: Change {
                until: Seconds(i64::MIN),
                name: None,
            },
        };
        Self {
            leeway,
            is_used: AtomicBool::new(false),
            changes: RwLock::new(changes),
        }
    }

    /// From now on, only tokens of that user count that are issued later. No token lives longer than
    /// `longest`.
    pub(super) fn user_changed(&self, user_id: &str, now: Seconds, longest: Duration) {
        let mut changes = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        if changes.of_users.len() >= MOST_USERS && !changes.of_users.contains_key(user_id) {
            changes.make_room(now, longest);
        }
        // Not earlier than the last change, though the clock may have been turned back.
        let last = changes.of_users.get(user_id).map(|last| last.until);
        let until = now.plus(self.leeway).max(changes.of_all.until);
        let change = Change {
            until: last.map_or(until, |last| last.max(until)),
            name: random_name(),
        };
        changes.of_users.insert(user_id.into(), change);
        self.is_used.store(true, Ordering::Release);
    }

    /// Whether a token of that user, issued then and after the change of that name, still counts.
    pub(super) fn admits(&self, user_id: &str, issued: Seconds, since: Option<u64>) -> bool {
        self.latest(user_id).is_none_or(|change| {
            issued > change.until || since.is_some_and(|since| Some(since) == change.name)
        })
    }

    /// The change that a token which is issued now must name, for its time alone does not show that it
    /// is later.
    pub(super) fn issuing(&self, user_id: &str, now: Seconds) -> Option<u64> {
        let change = self.latest(user_id)?;
        change.name.filter(|_| now <= change.until)
    }

    fn latest(&self, user_id: &str) -> Option<Change> {
        if !self.is_used.load(Ordering::Acquire) {
            return None;
        }
        let changes = self.changes.read().unwrap_or_else(PoisonError::into_inner);
        let of_user = changes.of_users.get(user_id).copied();
        // Of two of one moment the user's own is the later one.
        let of_user = of_user.filter(|change| change.until >= changes.of_all.until);
        Some(of_user.unwrap_or(changes.of_all))
    }
}

impl Changes {
    /// Forgets changes that no token is left from, or else the older half.
    fn make_room(&mut self, now: Seconds, longest: Duration) {
        self.of_users
            .retain(|_, change| change.until.plus(longest) > now);
        if self.of_users.len() < MOST_USERS {
            return;
        }
        tracing::warn!(
            target: "portcullis::security",
            code = "many_users_changed",
            "too many users have changed to remember them all: tokens from before count for nobody"
        );
        let mut changes: Vec<_> = self.of_users.values().copied().collect();
        changes.sort_unstable();
        if let Some(median) = changes.get(changes.len() / 2) {
            self.of_all = self.of_all.max(*median);
        }
        let of_all = self.of_all;
        self.of_users.retain(|_, change| *change > of_all);
    }
}

/// Small enough for JavaScript, which has 53 bits for whole numbers: Auth.js copies it.
fn random_name() -> Option<u64> {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes).ok()?;
    Some(u64::from_be_bytes(bytes) >> 11)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(1_000_000);
    const LEEWAY: Duration = Duration::from_secs(30);

    #[test]
    fn every_change_takes_back_what_was_given_out_since_the_last() {
        let not_before = NotBefore::new(LEEWAY);
        for now in [10, 10, 5] {
            not_before.user_changed("7", Seconds(now), LONGEST);
            let since = not_before.issuing("7", Seconds(now));
            assert!(not_before.admits("7", Seconds(now), since));
            not_before.user_changed("7", Seconds(now), LONGEST);
            assert!(!not_before.admits("7", Seconds(now), since), "{now}");
        }
    }

    #[test]
    fn a_change_that_no_token_is_left_from_costs_nobody_a_session() {
        let not_before = NotBefore::new(LEEWAY);
        for user in 0..MOST_USERS {
            not_before.user_changed(&user.to_string(), Seconds(0), LONGEST);
        }
        not_before.user_changed("another", Seconds(2_000_000), LONGEST);
        assert!(not_before.admits("a stranger", Seconds(1), None));
        assert!(!not_before.admits("another", Seconds(1), None));
    }

    #[test]
    fn what_was_issued_before_a_change_does_not_count() {
        let not_before = NotBefore::new(LEEWAY);
        assert!(not_before.admits("7", Seconds(5), None));
        not_before.user_changed("7", Seconds(10), LONGEST);
        for at in [10, 40] {
            assert!(!not_before.admits("7", Seconds(at), None), "{at}");
            assert!(not_before.admits("8", Seconds(at), None));
            assert_eq!(not_before.issuing("8", Seconds(at)), None);
            let since = not_before.issuing("7", Seconds(at));
            assert!(since.is_some() && not_before.admits("7", Seconds(at), since));
        }
        assert_eq!(not_before.issuing("7", Seconds(41)), None);
        assert!(not_before.admits("7", Seconds(41), None));
    }

    #[test]
    fn a_users_own_change_comes_after_that_of_all() {
        let not_before = NotBefore::new(Duration::ZERO);
        for user in 0..=2 * MOST_USERS {
            not_before.user_changed(&user.to_string(), Seconds(5), LONGEST);
        }
        for now in [5, 3] {
            let since = not_before.issuing("7", Seconds(now));
            assert!(not_before.admits("7", Seconds(now), since));
            not_before.user_changed("7", Seconds(now), LONGEST);
            assert!(!not_before.admits("7", Seconds(now), since), "{now}");
        }
    }

    #[test]
    fn forgetting_a_name_lets_nothing_in() {
        let not_before = NotBefore::new(LEEWAY);
        for user in 0..=MOST_USERS {
            let now = i64::try_from(user).unwrap_or(0);
            not_before.user_changed(&user.to_string(), Seconds(now), LONGEST);
        }
        for user in 0..=MOST_USERS {
            let now = i64::try_from(user).unwrap_or(0);
            assert!(
                !not_before.admits(&user.to_string(), Seconds(now), None),
                "{user}"
            );
        }
        assert!(not_before.admits("a stranger", Seconds(i64::MAX), None));
        let since = not_before.issuing("a stranger", Seconds(0));
        assert!(not_before.admits("a stranger", Seconds(0), since));
    }
}
