use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::future::Cache;
use tokio::time::Instant;

use super::{Answer, UpstreamError};
use crate::clock::Seconds;
use crate::flights::Flights;
use crate::session::Identity;

/// How many sessions are remembered.
const CAPACITY: u64 = 100_000;
/// How many counters there are of what was forgotten. Credentials that share one are asked about anew
/// together.
const COUNTERS: usize = 256;

pub(super) type Fingerprint = [u8; 32];
type Asking = Result<Answer, UpstreamError>;

/// What is remembered, and when the upstream was asked for it.
#[derive(Clone)]
struct Remembered {
    identity: Arc<Identity>,
    since: Instant,
}

/// What the upstream said lately: sessions only. Requests that ask about one credential at the same time
/// wait for one answer.
pub(super) struct AnswerCache {
    ttl: Duration,
    remembered: Cache<Fingerprint, Remembered>,
    /// Who asks after something was forgotten does not wait with those who asked before.
    flights: Flights<(Fingerprint, u64), Asking>,
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

    /// The answer about a credential; `live`: past what is remembered. A session that is over by now is not
    /// remembered any more: it may have been used elsewhere, and go on.
    pub(super) async fn get<F>(
        &self,
        fingerprint: Fingerprint,
        live: bool,
        now: Seconds,
        asking: impl FnOnce() -> F,
    ) -> Asking
    where
        F: Future<Output = Asking>,
    {
        let asked = async |times| {
            let since = Instant::now();
            let answer = asking().await?;
            self.keep(fingerprint, &answer, since, times).await;
            Ok(answer)
        };
        let times = self.counter(&fingerprint).load(Ordering::SeqCst);
        // Whoever asks for the present state does not take what was asked a moment ago.
        if live || self.is_off() {
            return asked(times).await;
        }
        if let Some(answer) = self.recall(&fingerprint, now).await {
            return Ok(answer);
        }
        let asked_once = async {
            // Others may have heard the answer since that was looked for.
            match self.recall(&fingerprint, now).await {
                Some(answer) => Ok(answer),
                None => asked(times).await,
            }
        };
        self.flights.join(&(fingerprint, times), asked_once).await
    }

    /// What is remembered, if it still counts.
    async fn recall(&self, fingerprint: &Fingerprint, now: Seconds) -> Option<Answer> {
        let Remembered { identity, since } = self.remembered.get(fingerprint).await?;
        let counts = since.elapsed() < self.ttl && now < identity.expires;
        counts.then_some(Answer::Session(identity))
    }

    async fn keep(&self, fingerprint: Fingerprint, answer: &Answer, since: Instant, times: u64) {
        match answer.to_remember() {
            Some(identity) if !self.is_off() => {
                let remembered = Remembered { identity, since };
                self.remembered.insert(fingerprint, remembered).await;
                // It was signed out while the upstream was asked, or just now.
                if self.counter(&fingerprint).load(Ordering::SeqCst) != times {
                    self.remembered.invalidate(&fingerprint).await;
                }
            }
            _ => self.remembered.invalidate(&fingerprint).await,
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
