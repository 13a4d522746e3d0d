//! How processes tell each other what their caches must no longer answer.

use std::fmt;
use std::future::Future;

use aws_lc_rs::digest;

use super::{SessionKey, StoreError, hex};

/// Carries what one process has changed to the caches of all others: a means of telling, such as
/// PostgreSQL's `NOTIFY` or Redis's `PUBLISH`, that forgets what nobody heard. A
/// [`CachedStore`](super::CachedStore) is given one with [`channel`](super::CachedStore::channel).
pub trait InvalidationChannel: Send + Sync + 'static {
    /// Tells every process that listens. The one that tells may hear it, too.
    ///
    /// # Errors
    /// A [`StoreError`] if nobody could be told.
    fn publish(
        &self,
        invalidation: Invalidation,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Listens until the connection is lost, and hands on what is heard. As soon as nothing more can be
    /// missed it hands on [`Invalidation::Everything`], for all that was said before. The caller begins
    /// anew when it returns; it may be dropped at any await.
    fn listen(
        &self,
        heard: impl Fn(Invalidation) + Send + Sync,
    ) -> impl Future<Output = StoreError> + Send;
}

/// What a cache must no longer answer. As text, `session:`, `user:` with 64 hexadecimal digits, or
/// `everything`, it tells nothing about the session or the user but that they are the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invalidation {
    /// A session, by the SHA-256 of its id or token.
    Session([u8; 32]),
    /// The sessions of a user, by the SHA-256 of the user's id.
    User([u8; 32]),
    /// Everything.
    Everything,
}

impl Invalidation {
    /// That session changed or ended.
    pub fn session(key: &SessionKey) -> Self {
        Self::Session(key.fingerprint())
    }

    /// Something about that user's sessions changed.
    pub fn user(user_id: &str) -> Self {
        let mut fingerprint = [0; 32];
        let digest = digest::digest(&digest::SHA256, user_id.as_bytes());
        // SHA-256 has 32 bytes.
        fingerprint.copy_from_slice(digest.as_ref());
        Self::User(fingerprint)
    }

    /// What the text says, as [`Display`](fmt::Display) writes it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("session", digits)) => hex::decode(digits).map(Self::Session),
            Some(("user", digits)) => hex::decode(digits).map(Self::User),
            Some(_) => None,
            None => (text == "everything").then_some(Self::Everything),
        }
    }
}

impl fmt::Display for Invalidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, bytes) = match self {
            Self::Session(bytes) => ("session", bytes),
            Self::User(bytes) => ("user", bytes),
            Self::Everything => return f.write_str("everything"),
        };
        write!(f, "{kind}:")?;
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Invalidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Session(_) => "Session(..)",
            Self::User(_) => "User(..)",
            Self::Everything => "Everything",
        };
        f.write_str(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_heard() {
        let key = SessionKey::from_bytes([0xab; 32]);
        for told in [
            Invalidation::session(&key),
            Invalidation::user("7"),
            Invalidation::Everything,
        ] {
            assert_eq!(Invalidation::parse(&told.to_string()), Some(told));
        }
        let short = format!("user:{}", "a".repeat(63));
        let wrong = format!("user:{}", "G".repeat(64));
        for noise in ["", "session", "session:", "user:é", &short, &wrong, "all"] {
            assert_eq!(Invalidation::parse(noise), None, "{noise}");
        }
    }
}
