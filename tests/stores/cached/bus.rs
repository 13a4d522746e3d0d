//! A channel between caches in one process, which can be slow, and can be cut.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portcullis::{Invalidation, InvalidationChannel, StoreError};
use tokio::sync::{broadcast, watch};
use tokio::time::sleep;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    Up,
    Down,
    /// Nobody can be told, and nobody learns of it.
    Hanging,
}

#[derive(Debug, Clone)]
pub(super) struct Bus(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    line: watch::Sender<Line>,
    said: broadcast::Sender<Invalidation>,
    all: Mutex<Vec<Invalidation>>,
    delay: Mutex<Duration>,
    attempts: AtomicUsize,
}

impl Default for Bus {
    fn default() -> Self {
        Self(Arc::new(Shared {
            line: watch::Sender::new(Line::Up),
            said: broadcast::Sender::new(1024),
            all: Mutex::default(),
            delay: Mutex::default(),
            attempts: AtomicUsize::default(),
        }))
    }
}

impl Bus {
    /// What is on its way is lost when it goes down.
    pub(super) fn is(&self, line: Line) {
        self.0.line.send_replace(line);
    }

    /// A message arrives after this time.
    pub(super) fn takes(&self, delay: Duration) {
        *self.0.delay.lock().expect("nobody panicked") = delay;
    }

    /// What has been said since this was asked last.
    pub(super) fn said(&self) -> Vec<Invalidation> {
        std::mem::take(&mut *self.0.all.lock().expect("nobody panicked"))
    }

    /// How often somebody began to listen.
    pub(super) fn attempts(&self) -> usize {
        self.0.attempts.load(Ordering::SeqCst)
    }

    /// How many listen.
    pub(super) fn listeners(&self) -> usize {
        self.0.said.receiver_count()
    }

    /// Lets everybody begin to listen, and hear what has arrived.
    pub(super) async fn settle(&self) {
        for _ in 0..16 {
            tokio::task::yield_now().await;
        }
    }
}

impl InvalidationChannel for Bus {
    async fn publish(&self, invalidation: Invalidation) -> Result<(), StoreError> {
        let line = *self.0.line.borrow();
        match line {
            Line::Up => {
                self.0
                    .all
                    .lock()
                    .expect("nobody panicked")
                    .push(invalidation);
                // It is nothing if nobody listens.
                let _ = self.0.said.send(invalidation);
                Ok(())
            }
            Line::Down => Err(StoreError::unavailable("connection refused")),
            Line::Hanging => std::future::pending().await,
        }
    }

    async fn listen(&self, heard: impl Fn(Invalidation) + Send + Sync) -> StoreError {
        self.0.attempts.fetch_add(1, Ordering::SeqCst);
        let mut line = self.0.line.subscribe();
        if *line.borrow_and_update() == Line::Down {
            return StoreError::unavailable("connection refused");
        }
        let mut said = self.0.said.subscribe();
        heard(Invalidation::Everything);
        let hearing = async {
            while let Ok(invalidation) = said.recv().await {
                let delay = *self.0.delay.lock().expect("nobody panicked");
                sleep(delay).await;
                heard(invalidation);
            }
        };
        tokio::select! {
            () = hearing => {}
            _ = line.wait_for(|line| *line == Line::Down) => {}
        }
        StoreError::unavailable("connection reset")
    }
}
