//! Failures, counted for a while, in bounded memory.

use std::collections::HashMap;
use std::time::Duration;

/// Milliseconds since the Unix epoch.
pub(super) type Moment = u64;

/// How many failures are free, and how long the delays are after that.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// After so many the first delay comes.
    pub(super) free: u32,
    /// How long it takes until one failure is forgotten.
    pub(super) fades: Duration,
    pub(super) longest: Duration,
}

/// The failures of one key. They fade one after the other, and never add up to more than those that the
/// longest delay comes after: who stops is soon welcome again.
#[derive(Debug, Clone, Copy)]
struct Count {
    /// When the last attempt was.
    last: Moment,
    /// When all failures are forgotten.
    until: Moment,
}

/// What an attempt added to a count, before anybody knew whether it fails.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Added {
    /// When the last attempt before it was.
    before: Moment,
    /// By how much it put off the moment when all is forgotten.
    by: u64,
}

/// What is remembered of many keys, at most `capacity` of them. If there are more, those go first that mean
/// the least: an eighth of them at once, so that the work is seldom.
///
/// Whoever floods it to get rid of what it knows of them must make every entry weigh more than their own, and so
/// must fail more often than they did, that many times over.
#[derive(Debug)]
pub(super) struct Bounded<V> {
    entries: HashMap<u64, V>,
    capacity: usize,
}

/// What is remembered until some moment.
pub(super) trait Fading {
    fn until(&self) -> Moment;
}

/// The failures of many keys.
#[derive(Debug)]
pub(super) struct Counts {
    counts: Bounded<Count>,
    scale: Scale,
}

impl Scale {
    /// How long after that many failures nobody may try again.
    fn delay(&self, failures: u64) -> u64 {
        let free = u64::from(self.free.max(1));
        let Some(beyond) = failures.checked_sub(free) else {
            return 0;
        };
        let times = u32::try_from(beyond)
            .ok()
            .and_then(|n| 1_u64.checked_shl(n));
        let doubled = times.map_or(u64::MAX, |times| times.saturating_mul(1000));
        doubled.min(millis(self.longest))
    }

    /// The fewest failures that bring the longest delay.
    pub(super) fn most(&self) -> u64 {
        let free = u64::from(self.free.max(1));
        let beyond = (0..64).find(|beyond| self.delay(free + beyond) == millis(self.longest));
        free + beyond.unwrap_or(0)
    }

    fn weight(&self, failures: u64) -> u64 {
        failures.saturating_mul(millis(self.fades))
    }
}

impl Count {
    const NONE: Self = Self { last: 0, until: 0 };

    /// As it is by now, also if the clock was turned back since.
    fn settled(self, scale: &Scale, now: Moment) -> Self {
        Self {
            last: self.last.min(now),
            until: self
                .until
                .min(now.saturating_add(scale.weight(scale.most()))),
        }
    }

    fn failures(self, scale: &Scale, now: Moment) -> u64 {
        let left = self.until.saturating_sub(now);
        left.div_ceil(millis(scale.fades).max(1))
    }
}

impl Fading for Count {
    fn until(&self) -> Moment {
        self.until
    }
}

impl Fading for Moment {
    fn until(&self) -> Moment {
        *self
    }
}

impl Counts {
    pub(super) fn new(scale: Scale, capacity: usize) -> Self {
        Self {
            counts: Bounded::new(capacity),
            scale,
        }
    }

    /// How long nobody may try yet, in milliseconds.
    pub(super) fn remaining(&mut self, key: u64, now: Moment) -> u64 {
        let scale = self.scale;
        let Some(count) = self.counts.get_mut(key) else {
            return 0;
        };
        *count = count.settled(&scale, now);
        let opens = count
            .last
            .saturating_add(scale.delay(count.failures(&scale, now)));
        opens.saturating_sub(now)
    }

    /// Counts an attempt as a failure.
    pub(super) fn add(&mut self, key: u64, now: Moment) -> Added {
        let scale = self.scale;
        let count = self.counts.entry(key, now, Count::NONE);
        let (before, from) = (count.last, count.until.max(now));
        let until = from.saturating_add(scale.weight(1));
        *count = Count { last: now, until }.settled(&scale, now);
        let by = count.until.saturating_sub(from);
        Added { before, by }
    }

    /// Takes back what was added at that moment, and no more: it was no failure.
    pub(super) fn give_back(&mut self, key: u64, at: Moment, added: Added) {
        if let Some(count) = self.counts.get_mut(key) {
            count.until = count.until.saturating_sub(added.by);
            if count.last == at {
                count.last = added.before;
            }
        }
    }

    pub(super) fn forget(&mut self, key: u64) {
        self.counts.entries.remove(&key);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.counts.len()
    }
}

impl<V: Fading> Bounded<V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            capacity,
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, key: u64) -> Option<&V> {
        self.entries.get(&key)
    }

    fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        self.entries.get_mut(&key)
    }

    fn entry(&mut self, key: u64, now: Moment, new: V) -> &mut V {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            self.make_room(now);
        }
        self.entries.entry(key).or_insert(new)
    }

    pub(super) fn insert(&mut self, key: u64, now: Moment, value: V) {
        if self.entries.len() >= self.capacity && !self.entries.contains_key(&key) {
            self.make_room(now);
        }
        self.entries.insert(key, value);
    }

    /// Drops what has faded, and of the rest, if that was little, what fades first.
    fn make_room(&mut self, now: Moment) {
        self.entries.retain(|_, value| value.until() > now);
        let few = self.capacity / 8;
        let Some(surplus) = (self.entries.len() + few).checked_sub(self.capacity) else {
            return;
        };
        let mut moments: Vec<_> = self.entries.values().map(Fading::until).collect();
        if surplus < moments.len() {
            let (_, least, _) = moments.select_nth_unstable(surplus);
            let least = *least;
            self.entries.retain(|_, value| value.until() > least);
        }
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
