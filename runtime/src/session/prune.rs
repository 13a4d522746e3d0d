//! Expired sessions that nobody comes back to.

use std::fmt;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::AuthError;
use super::strategy::{report, within};
use crate::auth::Auth;
use crate::clock::Seconds;
use crate::store::KEPT_EXPIRED;

/// How many sessions one call to the store forgets: few enough for none of them to take long.
const BATCH: u32 = 500;
/// How long requests have the store to themselves between two calls.
const PAUSE: Duration = Duration::from_millis(50);

impl Auth {
    /// Removes expired sessions from the store, now and then `every` so often, in the background: in
    /// batches of 500, with a pause after each. A session stays for two hours after its end, in case a
    /// clock was set wrong. It goes on until [`Pruning::stop`], or until that handle is dropped.
    ///
    /// A store that does not answer is asked again the next time. Several processes may prune one store.
    ///
    /// # Errors
    /// [`AuthError::NoStore`] if sessions are signed tokens: there is nothing to remove. Those of an upstream
    /// are not ours to remove.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn prune_every(&self, every: Duration) -> Result<Pruning, AuthError> {
        self.runtime().strategy.store()?;
        let (stop, stopped) = watch::channel(());
        let task = tokio::spawn(run(self.clone(), every.max(PAUSE), stopped));
        Ok(Pruning { stop, task })
    }

    /// Removes what has expired by now.
    async fn prune(&self) {
        let runtime = self.runtime();
        let Ok((store, deadline)) = runtime.strategy.store() else {
            return;
        };
        let kept = i64::try_from(KEPT_EXPIRED.as_secs()).unwrap_or(i64::MAX);
        let expired = Seconds(self.now().0.saturating_sub(kept)).to_system_time();
        let mut removed = 0;
        loop {
            match within(deadline, store.prune(expired, BATCH)).await {
                Ok(batch) => {
                    removed += batch;
                    if batch < u64::from(BATCH) {
                        break;
                    }
                }
                Err(error) => {
                    report(&error);
                    break;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
        tracing::debug!(target: "portcullis::session", removed, "expired sessions were removed");
    }
}

async fn run(auth: Auth, every: Duration, mut stopped: watch::Receiver<()>) {
    loop {
        // Between two calls to the store it can be stopped, and within one: a call may be dropped at any
        // await.
        let round = async {
            auth.prune().await;
            tokio::time::sleep(every).await;
        };
        tokio::select! {
            () = round => {}
            // There is nothing to receive: the handle has been stopped or dropped.
            _ = stopped.changed() => return,
        }
    }
}

/// The removal of expired sessions in the background: made by [`Auth::prune_every`].
#[must_use = "pruning ends when this is dropped"]
pub struct Pruning {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Pruning {
    /// Stops, and returns when nothing runs any more.
    pub async fn stop(self) {
        drop(self.stop);
        let _ = self.task.await;
    }
}

impl fmt::Debug for Pruning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pruning").finish_non_exhaustive()
    }
}
