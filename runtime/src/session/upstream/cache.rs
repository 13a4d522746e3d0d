use std::future::{Future, ready};
use std::iter::repeat_with;
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
const COUNTERS: usize = 4096;

type Asking = Result<Answer, UpstreamError>;

/// What is remembered of a credential, and when the upstream was asked for it.
#[derive(Clone)]
struct Remembered {
    identity: Arc<Identity>,
    listed: Fingerprint,
    asked: Asked,
}

#[derive(Clone, Copy)]
struct Asked {
    at: Instant,
    /// How often something had been forgotten by then.
    times: u64,
}

/// What the upstream said lately: sessions only. Requests that ask about one credential at the same time
/// wait for one answer.
pub(super) struct AnswerCache {
    ttl: Duration,
    remembered: Cache<Fingerprint, Remembered>,
    /// Who asks after something was forgotten does not wait with those who asked before.
    flights: Flights<(Question, u64), Asking>,
    /// How often something was forgotten: what was asked before that does not count, whenever it arrives.
    forgotten: Box<[AtomicU64]>,
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
            forgotten: repeat_with(AtomicU64::default).take(COUNTERS).collect(),
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
            let at = Instant::now();
            let answer = asking().await?;
            match &answer {
                _ if self.is_off() => {}
                Answer::Session(identity) => {
                    let remembered = Remembered {
                        identity: Arc::clone(identity),
                        listed: question.listed,
                        asked: Asked { at, times },
                    };
                    self.keep(question.credential, remembered).await;
                }
                // Others may be told of it yet: they asked before.
                Answer::Nobody { .. } if live => self.forget(&question.credential),
                Answer::Nobody { .. } => self.remembered.invalidate(&question.credential).await,
            }
            Ok(answer)
        };
        // Whoever asks for the present state does not take what was asked a moment ago.
        if live || self.is_off() {
            return asked().await;
        }
        if let Some(answer) = self.recall(&question, times, now).await {
            return Ok(answer);
        }
        let asked_once = async {
            // Others may have heard the answer since that was looked for.
            match self.recall(&question, times, now).await {
                Some(answer) => Ok(answer),
                None => asked().await,
            }
        };
        self.flights.join(&(question, times), asked_once).await
    }

    /// What is remembered, if it still counts.
    async fn recall(&self, question: &Question, times: u64, now: Seconds) -> Option<Answer> {
        let remembered = self.remembered.get(&question.credential).await?;
        let counts = remembered.listed == question.listed
            && remembered.asked.times == times
            && remembered.asked.at.elapsed() < self.ttl
            && now < remembered.identity.expires;
        counts.then_some(Answer::Session(remembered.identity))
    }

    /// Remembers that, unless it is known already what the upstream was asked later.
    async fn keep(&self, credential: Fingerprint, remembered: Remembered) {
        let latest = |known: Option<Entry<Fingerprint, Remembered>>| {
            let known = known.map(Entry::into_value);
            let later = known.filter(|known| known.asked.at > remembered.asked.at);
            ready(later.unwrap_or(remembered))
        };
        let entry = self.remembered.entry(credential);
        entry.and_upsert_with(latest).await;
    }

    pub(super) fn forget(&self, credential: &Fingerprint) {
        self.counter(credential).fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn forget_everything(&self) {
        for counter in &self.forgotten {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        self.remembered.invalidate_all();
    }

    fn counter(&self, credential: &Fingerprint) -> &AtomicU64 {
        let [first, second, ..] = *credential;
        let index = usize::from(u16::from_be_bytes([first, second])) % COUNTERS;
        #[expect(
            clippy::indexing_slicing,
            reason = "there are that many, and no fewer than one"
        )]
        &self.forgotten[index]
    }
}
