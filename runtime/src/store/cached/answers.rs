use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use super::generations::{Asked, Generations};
use crate::clock::{Clock, SystemClock};
use crate::store::{Invalidation, SessionKey, StoredSession};

/// The longest that a session which nobody asks for takes up memory, whatever the staleness: the cache takes
/// no time without an end.
const LONGEST_LIFE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What is remembered of the store's answers: sessions only.
#[derive(Clone)]
pub(super) struct Answers {
    remembered: Cache<SessionKey, Arc<Answer>>,
    pub(super) generations: Arc<Generations>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) max_staleness: Duration,
}

/// What the store said, and what it said it about.
pub(super) struct Answer {
    pub(super) session: Option<StoredSession>,
    asked: Asked,
    key: Invalidation,
    user: Option<Invalidation>,
}

impl Answers {
    pub(super) fn new(capacity: usize, max_staleness: Duration) -> Self {
        Self {
            remembered: remembered(capacity, max_staleness),
            generations: Arc::new(Generations::new()),
            clock: Arc::new(SystemClock),
            max_staleness,
        }
    }

    pub(super) fn with_capacity(self, capacity: usize) -> Self {
        Self {
            remembered: remembered(capacity, self.max_staleness),
            ..self
        }
    }

    /// The session of that key, if it is remembered and may be told.
    pub(super) async fn get(&self, key: &SessionKey) -> Option<Arc<Answer>> {
        let answer = self.remembered.get(key).await;
        answer.filter(|answer| self.is_good(answer))
    }

    /// Remembers what the store says.
    pub(super) async fn keep(
        &self,
        key: &SessionKey,
        asked: Asked,
        session: Option<StoredSession>,
    ) -> Arc<Answer> {
        let user = session.as_ref().map(|session| session.user_id.as_str());
        let answer = Arc::new(Answer {
            asked,
            key: Invalidation::session(key),
            user: user.map(Invalidation::user),
            session,
        });
        if self.is_good(&answer) {
            let remembered = Arc::clone(&answer);
            self.remembered.insert(key.clone(), remembered).await;
        } else {
            self.remembered.invalidate(key).await;
        }
        answer
    }

    /// Whether this was said lately, and nothing that it is about has changed since: as far as this
    /// process knows.
    pub(super) fn is_current(&self, answer: &Answer) -> bool {
        let has_lasted = |what| self.generations.has_lasted(answer.asked, what);
        answer.asked.at.elapsed() < self.max_staleness
            && has_lasted(Invalidation::Everything)
            && has_lasted(answer.key)
            && answer.user.is_none_or(has_lasted)
    }

    /// Whether it is current, and about a session that has not expired. One that has may have been extended
    /// by another process.
    fn is_good(&self, answer: &Answer) -> bool {
        let session = answer.session.as_ref();
        session.is_some_and(|session| self.clock.now() < session.expires) && self.is_current(answer)
    }
}

fn remembered(capacity: usize, max_staleness: Duration) -> Cache<SessionKey, Arc<Answer>> {
    Cache::builder()
        .max_capacity(u64::try_from(capacity).unwrap_or(u64::MAX))
        .time_to_live(max_staleness.min(LONGEST_LIFE))
        .build()
}
