use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::future::Cache;
use tokio::time::Instant;

use super::{Answer, UpstreamError};
use crate::flights::Flights;

/// How many sessions are remembered.
const CAPACITY: u64 = 100_000;

type Fingerprint = [u8; 32];
type Asking = Result<Answer, UpstreamError>;

/// What is remembered, and when the upstream was asked for it.
#[derive(Clone)]
struct Remembered {
    answer: Answer,
    since: Instant,
}

/// When the upstream is asked.
#[derive(Clone, Copy)]
struct Asked {
    at: Instant,
    /// How often something had been forgotten.
    times: u64,
}

/// What the upstream said lately: sessions only. Requests that ask about one credential at the same time
/// wait for one answer.
pub(super) struct AnswerCache {
    ttl: Duration,
    remembered: Cache<Fingerprint, Remembered>,
    flights: Flights<Fingerprint, Asking>,
    /// How often something was forgotten: what was asked before that is not remembered.
    forgotten: AtomicU64,
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
            forgotten: AtomicU64::new(0),
        }
    }

    pub(super) fn is_off(&self) -> bool {
        self.ttl.is_zero()
    }

    pub(super) async fn get<F>(
        &self,
        fingerprint: Fingerprint,
        live: bool,
        asking: impl FnOnce() -> F,
    ) -> Asking
    where
        F: Future<Output = Result<Answer, UpstreamError>>,
    {
        // Whoever asks for the present state does not take what was asked a moment ago.
        if live || self.is_off() {
            let before = self.forgotten();
            let answer = asking().await?;
            self.keep(fingerprint, &answer, before).await;
            return Ok(answer);
        }
        if let Some(remembered) = self.remembered.get(&fingerprint).await
            && remembered.since.elapsed() < self.ttl
        {
            return Ok(remembered.answer);
        }
        let asked = async {
            let before = self.forgotten();
            let answer = asking().await?;
            self.keep(fingerprint, &answer, before).await;
            Ok(answer)
        };
        self.flights.join(&fingerprint, asked).await
    }

    async fn keep(&self, fingerprint: Fingerprint, answer: &Answer, before: Asked) {
        if answer.0.is_none() || self.is_off() {
            self.remembered.invalidate(&fingerprint).await;
            return;
        }
        let remembered = Remembered {
            answer: answer.without_cookies(),
            since: before.at,
        };
        self.remembered.insert(fingerprint, remembered).await;
        // It was signed out while the upstream was asked, or just now.
        if self.forgotten().times != before.times {
            self.remembered.invalidate(&fingerprint).await;
        }
    }

    fn forgotten(&self) -> Asked {
        Asked {
            at: Instant::now(),
            times: self.forgotten.load(Ordering::SeqCst),
        }
    }

    pub(super) async fn forget(&self, fingerprint: Fingerprint) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.remembered.invalidate(&fingerprint).await;
    }
}
