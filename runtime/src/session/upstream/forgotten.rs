use std::iter::repeat_with;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderValue;
use tokio::time::Instant;

use super::question::Fingerprint;
use crate::session::Gift;

/// How many counters there are. What shares one is forgotten together: it is asked about anew, and gives
/// nothing.
const COUNTERS: usize = 4096;

/// How often something was forgotten: what was asked before that does not count, whenever it arrives.
pub(super) struct Forgotten(Arc<[AtomicU64]>);

impl Forgotten {
    pub(super) fn new() -> Self {
        Self(repeat_with(AtomicU64::default).take(COUNTERS).collect())
    }

    pub(super) fn times(&self, what: &Fingerprint) -> u64 {
        counter(&self.0, what).load(Ordering::SeqCst)
    }

    pub(super) fn add(&self, what: &Fingerprint) {
        counter(&self.0, what).fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn add_everything(&self) {
        for counter in &*self.0 {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Now, as far as these are concerned.
    pub(super) fn now(&self, about: impl Iterator<Item = Fingerprint>) -> Moment {
        Moment {
            at: Instant::now(),
            seen: about.map(|what| (what, self.times(&what))).collect(),
            counters: Arc::clone(&self.0),
        }
    }
}

fn counter<'a>(counters: &'a [AtomicU64], what: &Fingerprint) -> &'a AtomicU64 {
    let [first, second, ..] = *what;
    let index = usize::from(u16::from_be_bytes([first, second])) % COUNTERS;
    #[expect(
        clippy::indexing_slicing,
        reason = "there are that many, and no fewer than one"
    )]
    &counters[index]
}

/// When the upstream was asked.
pub(super) struct Moment {
    pub(super) at: Instant,
    /// What the question was about, and how often that had been forgotten.
    seen: Vec<(Fingerprint, u64)>,
    counters: Arc<[AtomicU64]>,
}

impl Moment {
    /// The same, as far as this is concerned too.
    pub(super) fn as_well(&self, what: Fingerprint) -> Self {
        let times = counter(&self.counters, &what).load(Ordering::SeqCst);
        let seen = self.seen.iter().copied().chain([(what, times)]);
        Self {
            at: self.at,
            seen: seen.collect(),
            counters: Arc::clone(&self.counters),
        }
    }

    /// Whether something of it was forgotten since: somebody has signed in, or out.
    pub(super) fn is_past(&self) -> bool {
        let mut seen = self.seen.iter();
        seen.any(|(what, times)| counter(&self.counters, what).load(Ordering::SeqCst) != *times)
    }
}

/// What the upstream gives for the session cookie, until somebody takes it or it is out of date: a session that
/// was signed out meanwhile does not come back, and one that was begun stays.
pub(super) struct Waiting {
    cookies: Mutex<Vec<HeaderValue>>,
    asked: Arc<Moment>,
}

impl Waiting {
    pub(super) fn new(cookies: Vec<HeaderValue>, asked: Arc<Moment>) -> Self {
        let cookies = Mutex::new(cookies);
        Self { cookies, asked }
    }

    fn cookies(&self) -> MutexGuard<'_, Vec<HeaderValue>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gift for Waiting {
    fn is_there(&self) -> bool {
        !self.cookies().is_empty() && !self.asked.is_past()
    }

    fn take(&self) -> Vec<HeaderValue> {
        let cookies = std::mem::take(&mut *self.cookies());
        match self.asked.is_past() {
            true => Vec::new(),
            false => cookies,
        }
    }
}
