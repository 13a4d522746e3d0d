use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use tokio::sync::Barrier;

use super::context::Context;
use super::outcome::Failure;
use crate::store::{SessionKey, SessionStore, StoreError, StoredSession};

/// A call to a store that is about to be made.
pub(super) type Call<T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send>>;

impl<S: SessionStore + Clone> Context<S> {
    pub(super) fn loading(&self, key: &SessionKey) -> Call<Option<StoredSession>> {
        let (store, key) = (self.either(), key.clone());
        Box::pin(async move { store.load(&key).await })
    }

    pub(super) fn creating(&self, session: &StoredSession) -> Call<()> {
        let (store, session) = (self.either(), session.clone());
        Box::pin(async move { store.create(&session).await })
    }

    pub(super) fn extending(&self, session: &StoredSession, expires: SystemTime) -> Call<bool> {
        let (store, key, seen) = (self.either(), session.key.clone(), session.expires);
        Box::pin(async move { store.extend(&key, seen, expires).await })
    }

    pub(super) fn updating(&self, key: &SessionKey, user: &str) -> Call<bool> {
        let (store, key, user) = (self.either(), key.clone(), user.to_owned());
        Box::pin(async move { store.update(&key, &user).await })
    }

    /// Gives the first session the key and the expiry of the second.
    pub(super) fn renaming(&self, old: &StoredSession, new: &StoredSession) -> Call<bool> {
        let (store, key) = (self.either(), old.key.clone());
        let (to, expires) = (new.key.clone(), new.expires);
        Box::pin(async move { store.rename(&key, &to, expires).await })
    }

    pub(super) fn deleting(&self, key: &SessionKey) -> Call<bool> {
        let (store, key) = (self.either(), key.clone());
        Box::pin(async move { store.delete(&key).await })
    }

    pub(super) fn deleting_user(&self, user_id: &str) -> Call<u64> {
        let (store, user_id) = (self.either(), user_id.to_owned());
        Box::pin(async move { store.delete_user(&user_id).await })
    }

    pub(super) fn listing(&self, user_id: &str) -> Call<Vec<StoredSession>> {
        let (store, user_id) = (self.either(), user_id.to_owned());
        Box::pin(async move { store.list_user(&user_id).await })
    }

    pub(super) fn pruning(&self, expired: SystemTime, limit: u32) -> Call<u64> {
        let store = self.either();
        Box::pin(async move { store.prune(expired, limit).await })
    }
}

/// Makes calls at the same time, and gives their answers in order, errors included.
pub(super) async fn race<T: Send + 'static>(
    calls: Vec<Call<T>>,
) -> Result<Vec<Result<T, StoreError>>, Failure> {
    static ROUND: AtomicU32 = AtomicU32::new(0);
    let round = ROUND.fetch_add(1, Ordering::Relaxed);
    let start = Arc::new(Barrier::new(calls.len()));
    let begun: Vec<_> = calls
        .into_iter()
        .enumerate()
        .map(|(place, call)| {
            let start = Arc::clone(&start);
            // From round to round, the calls begin in another order.
            let delay = round >> (2 * place.min(8)) & 3;
            tokio::spawn(async move {
                start.wait().await;
                for _ in 0..delay {
                    tokio::task::yield_now().await;
                }
                call.await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for call in begun {
        answers.push(
            call.await
                .map_err(|panicked| Failure::saw(panicked.to_string()))?,
        );
    }
    Ok(answers)
}

/// The same, where no call may fail.
pub(super) async fn raced<T: Send + 'static>(calls: Vec<Call<T>>) -> Result<Vec<T>, Failure> {
    let answers = race(calls).await?;
    answers
        .into_iter()
        .map(|answer| answer.map_err(Failure::from))
        .collect()
}
