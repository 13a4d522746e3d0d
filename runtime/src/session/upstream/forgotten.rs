use std::iter::repeat_with;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;

use super::question::Fingerprint;
use crate::session::Gift;

/// How many counters there are. What shares one is forgotten together: it is asked about anew, and gives
/// nothing.
const COUNTERS: usize = 1 << u16::BITS;

/// How long after a sign-in or sign-out a request may come that was sent before it.
const LATEST: Duration = Duration::from_secs(30);

/// How often something was forgotten: what was asked before that does not count, whenever it arrives.
pub(super) struct Forgotten(Arc<Counters>);

struct Counters {
    began: Instant,
    /// How often everything was forgotten.
    everything: AtomicU64,
    counters: Box<[Counter]>,
}

#[derive(Default)]
struct Counter {
    times: AtomicU64,
    /// Until when requests are late, in milliseconds since the counters began.
    late_until: AtomicU64,
}

impl Forgotten {
    pub(super) fn new() -> Self {
        Self(Arc::new(Counters {
            began: Instant::now(),
            everything: AtomicU64::default(),
            counters: repeat_with(Counter::default).take(COUNTERS).collect(),
        }))
    }

    pub(super) fn times(&self, what: &Fingerprint) -> u64 {
        self.0.times(what)
    }

    pub(super) fn add(&self, what: &Fingerprint) {
        self.0.of(what).times.fetch_add(1, Ordering::SeqCst);
    }

    /// Who comes with it is late from now on, for a while.
    pub(super) fn outdate(&self, what: &Fingerprint) {
        let late_until = self.0.milliseconds(Instant::now() + LATEST);
        let counter = self.0.of(what);
        counter.late_until.fetch_max(late_until, Ordering::SeqCst);
    }

    /// Whatever else was asked about it, before or at the same time, does not count.
    pub(super) fn add_but_for(&self, moment: &Moment, what: &Fingerprint) {
        for (_, seen) in moment.seen.iter().filter(|(seen, _)| seen == what) {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        self.add(what);
    }

    pub(super) fn add_everything(&self) {
        self.0.everything.fetch_add(1, Ordering::SeqCst);
    }

    /// Now, as far as these are concerned.
    pub(super) fn now(&self, about: impl Iterator<Item = Fingerprint>) -> Moment {
        let seen = about.map(|what| (what, self.times(&what).into()));
        Moment {
            at: Instant::now(),
            seen: seen.collect(),
            counters: Arc::clone(&self.0),
        }
    }
}

impl Counters {
    fn of(&self, what: &Fingerprint) -> &Counter {
        let [first, second, ..] = *what;
        let index = usize::from(u16::from_be_bytes([first, second]));
        #[expect(
            clippy::indexing_slicing,
            reason = "there is one for each number of that type"
        )]
        &self.counters[index]
    }

    /// Both only grow, and so does their sum.
    fn times(&self, what: &Fingerprint) -> u64 {
        let times = self.of(what).times.load(Ordering::SeqCst);
        times.wrapping_add(self.everything.load(Ordering::SeqCst))
    }

    fn milliseconds(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.began).as_millis();
        since.try_into().unwrap_or(u64::MAX)
    }
}

/// When the upstream was asked.
pub(super) struct Moment {
    pub(super) at: Instant,
    /// What the question was about, and how often that had been forgotten.
    seen: Vec<(Fingerprint, AtomicU64)>,
    counters: Arc<Counters>,
}

impl Moment {
    /// The same, as far as this is concerned too.
    pub(super) fn as_well(&self, what: Fingerprint) -> Self {
        let seen = self.seen.iter();
        let seen = seen.map(|(what, times)| (*what, times.load(Ordering::SeqCst).into()));
        let as_well = (what, self.counters.times(&what).into());
        Self {
            at: self.at,
            seen: seen.chain([as_well]).collect(),
            counters: Arc::clone(&self.counters),
        }
    }

    /// Whether something of it was forgotten since: somebody has signed in, or out.
    pub(super) fn is_past(&self) -> bool {
        let mut seen = self.seen.iter();
        seen.any(|(what, times)| self.counters.times(what) != times.load(Ordering::SeqCst))
    }

    /// Whether something of it was old by then: the visitor has another cookie by now, or none, and the request
    /// may have been sent before.
    pub(super) fn is_late(&self) -> bool {
        let at = self.counters.milliseconds(self.at);
        let late_until = |what| self.counters.of(what).late_until.load(Ordering::SeqCst);
        self.seen.iter().any(|(what, _)| at < late_until(what))
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
