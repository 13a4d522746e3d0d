//! What the test kit sees of a request: which guards refused it, which policies were asked, and
//! which handlers ran. Only test code puts a probe into a request, and no decision reads it.

use std::sync::{Arc, Mutex, PoisonError};

use http::Extensions;

use crate::auth::Auth;
use crate::guard::Declaration;

/// Travels in the extensions of a request, under a private type.
#[derive(Clone, Default)]
pub(crate) struct Probe(Option<Arc<Mutex<Vec<Event>>>>);

/// What a request met on its way.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// The guard of this declaration looked at it, for this `Auth`.
    Met(&'static Declaration, Auth),
    /// The guard of this declaration refused it.
    Refused(&'static Declaration),
    /// The policy with that index in this declaration was asked about it.
    Asked(&'static Declaration, usize),
    /// The handler, or service, of this declaration was called.
    Ran(&'static Declaration),
}

impl Probe {
    /// A probe that takes notes.
    pub(crate) fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// The probe of a request; without one, nothing is noted.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_default()
    }

    pub(crate) fn note(&self, event: Event) {
        if let Some(events) = &self.0 {
            let mut events = events.lock().unwrap_or_else(PoisonError::into_inner);
            events.push(event);
        }
    }

    /// What was noted so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.as_ref().map_or_else(Vec::new, |events| {
            let events = events.lock().unwrap_or_else(PoisonError::into_inner);
            events.clone()
        })
    }
}
