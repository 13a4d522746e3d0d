use std::sync::OnceLock;

use crate::session::Outcome;

/// Whom a credential stands for, as far as anybody has asked.
#[derive(Default)]
pub(super) struct Found {
    /// As a cache may have answered: good enough for all but rules that are `live`.
    cached: OnceLock<Outcome>,
    live: OnceLock<Outcome>,
}

impl Found {
    /// What is known, and good enough.
    pub(super) fn get(&self, live: bool) -> Option<&Outcome> {
        let cached = self.cached.get().filter(|_| !live);
        self.live.get().or(cached)
    }

    pub(super) fn keep(&self, live: bool, outcome: Outcome) -> &Outcome {
        let found = match live {
            true => &self.live,
            false => &self.cached,
        };
        found.get_or_init(|| outcome)
    }
}
