//! Signed tokens whose sessions have ended before their time.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::clock::Seconds;

/// How many are remembered.
const MOST_TOKENS: usize = 100_000;

/// What tells one signed session from every other, in all of its tokens: its id, or for a token without
/// one the end of its signature. Nobody can make a token from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Mark([u8; 16]);

impl Mark {
    /// The mark of a verified token that says this of its session's id.
    pub(super) fn of(sid: Option<&str>, token: &str) -> Option<Self> {
        let text = sid.unwrap_or(token);
        text.as_bytes().last_chunk().copied().map(Self)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = self;
        bytes
            .iter()
            .try_for_each(|byte| f.write_char(char::from(*byte)))
    }
}

/// The sessions that were signed out, or replaced, in this process, until their last token expires.
/// Bounded: when it is full, those that expire first are forgotten.
pub(crate) struct Ended {
    /// Whether there are any: many processes never take the lock.
    is_used: AtomicBool,
    /// When they expire.
    tokens: RwLock<HashMap<Mark, Seconds>>,
}

impl Ended {
    pub(super) fn new() -> Self {
        Self {
            is_used: AtomicBool::new(false),
            tokens: RwLock::new(HashMap::new()),
        }
    }

    /// From now on this token counts no longer. Says whether it did until now.
    pub(super) fn end(&self, mark: Mark, expires: Seconds, now: Seconds) -> bool {
        let mut tokens = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= MOST_TOKENS {
            make_room(&mut tokens, now);
        }
        let earlier = tokens.insert(mark, expires);
        self.is_used.store(true, Ordering::Release);
        earlier.is_none()
    }

    pub(super) fn has(&self, mark: Mark) -> bool {
        self.is_used.load(Ordering::Acquire)
            && self
                .tokens
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .contains_key(&mark)
    }
}

fn make_room(tokens: &mut HashMap<Mark, Seconds>, now: Seconds) {
    tokens.retain(|_, expires| *expires > now);
    if tokens.len() < MOST_TOKENS {
        return;
    }
    let mut times: Vec<_> = tokens.values().copied().collect();
    times.sort_unstable();
    if let Some(median) = times.get(times.len() / 2).copied() {
        tokens.retain(|_, expires| *expires > median);
    }
    if tokens.len() == times.len() {
        tokens.clear();
    }
}
