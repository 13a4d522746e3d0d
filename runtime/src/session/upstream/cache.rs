use std::future::{Future, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::Entry;
use moka::future::Cache;
use tokio::time::Instant;

use super::question::{Fingerprint, Question};
use super::{Answer, UpstreamError};
use crate::clock::Seconds;
use crate::flights::Flights;
use crate::session::Identity;

/// How many sessions are remembered.
const CAPACITY: u64 = 100_000;
/// How many counters there are of what was forgotten. Credentials that share one are asked about anew
/// together.
const COUNTERS: usize = 256;

type Asking = Result<Answer, UpstreamError>;

/// What is remembered of a credential, and when the upstream was asked for it.
#[derive(Clone)]
struct Remembered {
    identity: Arc<Identity>,
    listed: Fingerprint,
    since: Instant,
}

/// What the upstream said lately: sessions only. Requests that ask about one credential at the same time
/// wait for one answer.
pub(super) struct AnswerCache {
    ttl: Duration,
    remembered: Cache<Fingerprint, Remembered>,
    /// Who asks after something was forgotten does not wait with those who asked before.
    flights: Flights<(Question, u64), Asking>,
    /// How often something was forgotten: what was asked before that is not remembered.
    forgotten: Box<[AtomicU64; COUNTERS]>,
}

impl AnswerCache {
    pub(super) fn new(ttl: Duration) -> Self {
        let remembered = Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(ttl)
            .build();
        Self {
            ttl,
            remembered,
            flights: Flights::new(),
            forgotten: Box::new([const { AtomicU64::new(0) }; COUNTERS]),
        }
    }

    pub(super) fn is_off(&self) -> bool {
        self.ttl.is_zero()
    }

    /// The answer to a question; `live`: past what is remembered. A session that is over by now is not
    /// remembered any more: it may have been used elsewhere, and go on.
    pub(super) async fn get<F>(
        &self,
        question: Question,
        live: bool,
        now: Seconds,
        asking: impl FnOnce() -> F,
    ) -> Asking
    where
        F: Future<Output = Asking>,
    {
        let times = self.counter(&question.credential).load(Ordering::SeqCst);
        let asked = async || {
            let since = Instant::now();
            let answer = asking().await?;
            match answer.to_remember() {
                _ if self.is_off() => {}
                Some(identity) => {
                    let listed = question.listed;
                    let remembered = Remembered {
                        identity,
                        listed,
                        since,
                    };
                    self.keep(question.credential, remembered, times).await;
                }
                // Others may be told of it yet: they asked before.
                None if live => self.forget(question.credential).await,
                None => self.remembered.invalidate(&question.credential).await,
            }
            Ok(answer)
        };
        // Whoever asks for the present state does not take what was asked a moment ago.
        if live || self.is_off() {
            return asked().await;
        }
        if let Some(answer) = self.recall(&question, now).await {
            return Ok(answer);
        }
        let asked_once = async {
            // Others may have heard the answer since that was looked for.
            match self.recall(&question, now).await {
                Some(answer) => Ok(answer),
                None => asked().await,
            }
        };
        self.flights.join(&(question, times), asked_once).await
    }

    /// What is remembered, if it still counts.
    async fn recall(&self, question: &Question, now: Seconds) -> Option<Answer> {
        let remembered = self.remembered.get(&question.credential).await?;
        let counts = remembered.listed == question.listed
            && remembered.since.elapsed() < self.ttl
            && now < remembered.identity.expires;
        counts.then_some(Answer::Session(remembered.identity))
    }

    /// Remembers that, unless it is known already what the upstream was asked later.
    async fn keep(&self, credential: Fingerprint, remembered: Remembered, times: u64) {
        let latest = |known: Option<Entry<Fingerprint, Remembered>>| {
            let known = known.map(Entry::into_value);
            let later = known.filter(|known| known.since > remembered.since);
            ready(later.unwrap_or(remembered))
        };
        let entry = self.remembered.entry(credential);
        entry.and_upsert_with(latest).await;
        // It was signed out while the upstream was asked, or just now.
        if self.counter(&credential).load(Ordering::SeqCst) != times {
            self.remembered.invalidate(&credential).await;
        }
    }

    pub(super) async fn forget(&self, fingerprint: Fingerprint) {
        self.counter(&fingerprint).fetch_add(1, Ordering::SeqCst);
        self.remembered.invalidate(&fingerprint).await;
    }

    pub(super) fn forget_everything(&self) {
        for counter in self.forgotten.iter() {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        self.remembered.invalidate_all();
    }

    fn counter(&self, fingerprint: &Fingerprint) -> &AtomicU64 {
        let [first, ..] = fingerprint;
        #[expect(
            clippy::indexing_slicing,
            reason = "there is a counter for each value of a byte"
        )]
        &self.forgotten[usize::from(*first)]
    }
}
