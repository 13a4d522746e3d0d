//! What other processes are told, and what they tell.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::generations::Generations;
use crate::store::{Invalidation, InvalidationChannel, StoreError};

/// How long telling others may take: a change that has happened should not miss the deadline of its call, of
/// a second unless configured, because of them. Whoever configures less than this and the store's own time
/// may be told that a change failed which has happened.
const TELLING: Duration = Duration::from_millis(250);
/// How long after its loss a channel is listened to again; twice as long after each attempt.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A channel that is listened to in the background, until this is dropped.
pub(super) struct Channel {
    told: Box<dyn Told>,
    listener: AbortHandle,
}

impl Channel {
    /// Begins to listen. It panics outside of a Tokio runtime.
    pub(super) fn new(channel: impl InvalidationChannel, generations: Arc<Generations>) -> Self {
        let channel = Arc::new(channel);
        let listening = listen(Arc::clone(&channel), generations);
        Self {
            told: Box::new(channel),
            listener: tokio::spawn(listening).abort_handle(),
        }
    }

    pub(super) async fn publish(&self, what: Invalidation) -> Result<(), StoreError> {
        timeout(TELLING, self.told.publish(what))
            .await
            .unwrap_or_else(|_| Err(StoreError::deadline()))
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

async fn listen(channel: Arc<impl InvalidationChannel>, generations: Arc<Generations>) {
    let mut pause = PAUSE;
    loop {
        let has_heard = AtomicBool::new(false);
        let error = channel
            .listen(|what| {
                has_heard.store(true, Ordering::Relaxed);
                generations.invalidate(what);
            })
            .await;
        tracing::warn!(
            target: "portcullis::session",
            %error,
            source = ?std::error::Error::source(&error),
            "other processes are not heard: what they change shows within the maximum staleness"
        );
        if has_heard.into_inner() {
            // Nobody knows when exactly it was lost.
            generations.invalidate(Invalidation::Everything);
            pause = PAUSE;
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// The half of an [`InvalidationChannel`] that tells, in a form that can be a trait object.
trait Told: Send + Sync {
    fn publish(&self, what: Invalidation) -> Publishing<'_>;
}

type Publishing<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

impl<C: InvalidationChannel> Told for Arc<C> {
    fn publish(&self, what: Invalidation) -> Publishing<'_> {
        Box::pin(InvalidationChannel::publish(self.as_ref(), what))
    }
}
