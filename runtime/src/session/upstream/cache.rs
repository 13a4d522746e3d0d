use std::future::{Future, ready};
use std::sync::Arc;
use std::time::Duration;

use moka::Entry;
use moka::future::Cache;

use super::answer::Told;
use super::forgotten::{Forgotten, Moment};
use super::question::{Fingerprint, Question};
use super::{Answer, UpstreamError};
use crate::clock::Seconds;
use crate::credential::Source;
use crate::flights::Flights;
use crate::session::{Given, Identity};

/// How much is remembered, in bytes, more or less: about 100,000 sessions of common size.
const CAPACITY: u64 = 256 * 1024 * 1024;
/// What a session takes up, whatever it says, and how much each byte of it does at worst.
const OF_A_SESSION: usize = 1024;
const OF_A_BYTE: usize = 12;

/// A credential, and where it came: sessions differ by that.
type Place = (Fingerprint, Source);
type Asking = Result<Answer, UpstreamError>;

/// What is remembered of a credential, and when the upstream was asked for it.
#[derive(Clone)]
struct Remembered {
    identity: Arc<Identity>,
    /// How long the answer was, in bytes.
    length: usize,
    listed: Fingerprint,
    asked: Arc<Moment>,
}

/// What the upstream said lately: sessions only. Requests that ask about one credential at the same time
/// wait for one answer.
pub(super) struct AnswerCache {
    ttl: Duration,
    remembered: Cache<Place, Remembered>,
    /// Who asks after something was forgotten does not wait with those who asked before.
    flights: Flights<(Question, u64), Asking>,
    forgotten: Forgotten,
}

impl AnswerCache {
    pub(super) fn new(ttl: Duration) -> Self {
        let remembered = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(|_, remembered: &Remembered| remembered.weight())
            .time_to_live(ttl)
            .build();
        Self {
            ttl,
            remembered,
            flights: Flights::new(),
            forgotten: Forgotten::new(),
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
        browser: impl FnOnce() -> Option<Fingerprint>,
        (live, now): (bool, Seconds),
        asking: impl FnOnce(Arc<Moment>) -> F,
    ) -> Asking
    where
        F: Future<Output = Asking>,
    {
        let times = self.forgotten.times(&question.credential);
        let asked = async || {
            let about = [Some(question.credential), browser()];
            let moment = Arc::new(self.forgotten.now(about.into_iter().flatten()));
            let answer = asking(Arc::clone(&moment)).await?;
            match &answer {
                _ if self.is_off() => {}
                Answer::Session(told) => self.keep(question, told, moment).await,
                // Others may be told of it yet: they asked before.
                Answer::Nobody { .. } if live => {
                    let what = &question.credential;
                    self.forgotten.add_but_for(&moment, what);
                }
                Answer::Nobody { .. } => self.remembered.invalidate(&question.place()).await,
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
        let remembered = self.remembered.get(&question.place()).await?;
        let counts = remembered.listed == question.listed
            && !remembered.asked.is_past()
            && remembered.asked.at.elapsed() < self.ttl
            && now < remembered.identity.expires;
        counts.then_some(Answer::Session(Told {
            identity: remembered.identity,
            length: remembered.length,
            next: None,
        }))
    }

    async fn keep(&self, question: Question, told: &Told, asked: Arc<Moment>) {
        // The visitor's next request comes with the token that the session goes on with.
        if let Some(next) = told.next {
            let identity = Identity {
                given: Given::default(),
                ..Identity::clone(&told.identity)
            };
            let remembered = Remembered {
                identity: Arc::new(identity),
                length: told.length,
                listed: question.listed,
                asked: Arc::new(asked.as_well(next)),
            };
            self.insert((next, Source::Cookie), remembered).await;
        }
        let remembered = Remembered {
            identity: Arc::clone(&told.identity),
            length: told.length,
            listed: question.listed,
            asked,
        };
        self.insert(question.place(), remembered).await;
    }

    /// Remembers that, unless it is known already what the upstream was asked later.
    async fn insert(&self, place: Place, remembered: Remembered) {
        let latest = |known: Option<Entry<Place, Remembered>>| {
            let known = known.map(Entry::into_value);
            let later = known.filter(|known| known.asked.at > remembered.asked.at);
            ready(later.unwrap_or(remembered))
        };
        let entry = self.remembered.entry(place);
        entry.and_upsert_with(latest).await;
    }

    pub(super) fn forget(&self, what: &Fingerprint) {
        self.forgotten.add(what);
    }

    /// Lets whoever still comes with it be given nothing for a while.
    pub(super) fn outdate(&self, token: &Fingerprint) {
        self.forgotten.outdate(token);
    }

    pub(super) fn forget_everything(&self) {
        self.forgotten.add_everything();
        self.remembered.invalidate_all();
    }
}

impl Question {
    fn place(&self) -> Place {
        (self.credential, self.source)
    }
}

impl Remembered {
    fn weight(&self) -> u32 {
        let bytes = OF_A_SESSION + OF_A_BYTE * self.length;
        bytes.try_into().unwrap_or(u32::MAX)
    }
}
