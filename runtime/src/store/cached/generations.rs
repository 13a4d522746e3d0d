use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

use crate::store::Invalidation;

/// How many counters there are for sessions, and for users. Those that share one are invalidated
/// together: one in 4,096 has to be read anew for nothing.
const COUNTERS: usize = 4096;

/// Which answers of the store are out of date. Every invalidation begins a generation, and notes its
/// number for what it invalidates: an answer counts as long as no later generation than the one that the
/// store was asked in is noted for its session, its user or everything. So neither side waits for the
/// other, and it does not matter when the answer arrives.
pub(super) struct Generations {
    current: AtomicU64,
    everything: AtomicU64,
    sessions: Box<[AtomicU64]>,
    users: Box<[AtomicU64]>,
}

/// When the store was asked.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    generation: u64,
    pub(super) at: Instant,
}

impl Generations {
    pub(super) fn new() -> Self {
        let counters = || std::iter::repeat_with(AtomicU64::default).take(COUNTERS);
        Self {
            current: AtomicU64::default(),
            everything: AtomicU64::default(),
            sessions: counters().collect(),
            users: counters().collect(),
        }
    }

    /// To be taken before the store is asked.
    pub(super) fn ask(&self) -> Asked {
        Asked {
            generation: self.current.load(Ordering::SeqCst),
            at: Instant::now(),
        }
    }

    /// From now on no answer counts that the store was asked for before.
    pub(super) fn invalidate(&self, what: Invalidation) {
        let generation = self.current.fetch_add(1, Ordering::SeqCst) + 1;
        // Of two at the same time the later one stays.
        self.noted(what).fetch_max(generation, Ordering::SeqCst);
    }

    /// Whether this has not been invalidated since the store was asked.
    pub(super) fn has_lasted(&self, asked: Asked, what: Invalidation) -> bool {
        self.noted(what).load(Ordering::SeqCst) <= asked.generation
    }

    fn noted(&self, what: Invalidation) -> &AtomicU64 {
        let (counters, fingerprint) = match what {
            Invalidation::Session(fingerprint) => (&self.sessions, fingerprint),
            Invalidation::User(fingerprint) => (&self.users, fingerprint),
            Invalidation::Everything => return &self.everything,
        };
        let [first, second, ..] = fingerprint;
        let index = usize::from(u16::from_be_bytes([first, second])) % COUNTERS;
        #[expect(
            clippy::indexing_slicing,
            reason = "there are that many, and no fewer than one"
        )]
        &counters[index]
    }
}
