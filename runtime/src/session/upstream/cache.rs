use std::future::Future;
use std::iter::repeat_with;
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
const COUNTERS: usize = 4096;

pub(super) type Fingerprint = [u8; 32];
type Asking = Result<Answer, UpstreamError>;

/// What is remembered.
#[derive(Clone)]
struct Remembered {
    identity: Arc<Identity>,
    asked: Asked,
}

/// When the upstream was asked for it.
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
    flights: Flights<(Fingerprint, u64), Asking>,
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
        let times = self.counter(&fingerprint).load(Ordering::SeqCst);
        let asked = async || {
            let at = Instant::now();
            let answer = asking().await?;
            self.keep(fingerprint, &answer, Asked { at, times }).await;
            Ok(answer)
        };
        // Whoever asks for the present state does not take what was asked a moment ago.
        if live || self.is_off() {
            return asked().await;
        }
        if let Some(Remembered { identity, asked }) = self.remembered.get(&fingerprint).await
            && asked.times == times
            && asked.at.elapsed() < self.ttl
            && now < identity.expires
        {
            return Ok(Answer::Session(identity));
        }
        self.flights.join(&(fingerprint, times), asked()).await
    }

    async fn keep(&self, fingerprint: Fingerprint, answer: &Answer, asked: Asked) {
        match answer.to_remember() {
            Some(identity) if !self.is_off() => {
                let remembered = Remembered { identity, asked };
                self.remembered.insert(fingerprint, remembered).await;
            }
            _ => self.remembered.invalidate(&fingerprint).await,
        }
    }

    pub(super) fn forget(&self, fingerprint: &Fingerprint) {
        self.counter(fingerprint).fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn forget_everything(&self) {
        for counter in &self.forgotten {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        self.remembered.invalidate_all();
    }

    fn counter(&self, fingerprint: &Fingerprint) -> &AtomicU64 {
        let [first, second, ..] = *fingerprint;
        let index = usize::from(u16::from_be_bytes([first, second])) % COUNTERS;
        #[expect(
            clippy::indexing_slicing,
            reason = "there are that many, and no fewer than one"
        )]
        &self.forgotten[index]
    }
}
