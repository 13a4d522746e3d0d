//! One answer for all who ask the same at the same time.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

/// Lets all who ask for one thing at the same time wait for one answer, and keeps nothing beyond that.
/// When the one who asks is dropped, the next of those who wait asks.
pub(crate) struct Flights<K: Eq + Hash, T>(Mutex<HashMap<K, Flight<T>>>);

struct Flight<T> {
    answer: Arc<OnceCell<T>>,
    aboard: usize,
}

impl<K: Clone + Eq + Hash, T: Clone> Flights<K, T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::default())
    }

    /// The answer for that key: of `asking`, unless somebody asks already.
    pub(crate) async fn join(&self, key: &K, asking: impl Future<Output = T>) -> T {
        let seat = self.board(key);
        seat.answer.get_or_init(|| asking).await.clone()
    }

    fn board<'a>(&'a self, key: &'a K) -> Seat<'a, K, T> {
        let mut flights = self.flights();
        let flight = flights.entry(key.clone()).or_insert_with(|| Flight {
            answer: Arc::default(),
            aboard: 0,
        });
        flight.aboard += 1;
        Seat {
            flights: self,
            key,
            answer: Arc::clone(&flight.answer),
        }
    }
}

impl<K: Eq + Hash, T> Flights<K, T> {
    /// Nothing panics while it is held, and no await comes in between.
    fn flights(&self) -> MutexGuard<'_, HashMap<K, Flight<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Seat<'a, K: Eq + Hash, T> {
    flights: &'a Flights<K, T>,
    key: &'a K,
    answer: Arc<OnceCell<T>>,
}

impl<K: Eq + Hash, T> Drop for Seat<'_, K, T> {
    fn drop(&mut self) {
        let mut flights = self.flights.flights();
        let flight = flights.get_mut(self.key);
        // The next flight may have begun: it has an answer of its own.
        if let Some(flight) = flight.filter(|flight| Arc::ptr_eq(&flight.answer, &self.answer)) {
            flight.aboard -= 1;
            if flight.aboard == 0 || self.answer.initialized() {
                flights.remove(self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn nothing_is_left_of_those_who_are_answered_and_of_those_who_give_up() {
        let flights = Flights::new();
        let keys: Vec<_> = (0..10).collect();
        let mut context = Context::from_waker(Waker::noop());
        for key in &keys {
            let mut first = Box::pin(flights.join(key, pending()));
            let mut second = pin!(flights.join(key, ready(7)));
            assert!(first.as_mut().poll(&mut context).is_pending());
            assert!(second.as_mut().poll(&mut context).is_pending());
            drop(first);
            assert!(second.as_mut().poll(&mut context).is_ready());
        }
        for key in &keys {
            let mut alone = pin!(flights.join(key, pending()));
            assert!(alone.as_mut().poll(&mut context).is_pending());
            assert_eq!(flights.flights().len(), 1);
        }
        assert!(flights.flights().is_empty());
    }
}
