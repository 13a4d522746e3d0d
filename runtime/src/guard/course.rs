use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Extensions;

use super::{Declaration, Exchange};

/// What has become of a request on its way.
#[derive(Default)]
pub(super) struct Course(Mutex<Progress>);

/// How far it has come.
#[derive(Clone, Copy, Default)]
pub(super) struct Progress {
    /// Whose guard the request has met last.
    pub(super) declaration: Option<&'static Declaration>,
    /// Whether anybody has asked whose request it is.
    pub(super) has_asked: bool,
    /// Whether the session cookie has counted for that.
    pub(super) has_asked_cookie: bool,
    /// Whether a public handler runs as if nobody were signed in, since nobody could say.
    pub(super) is_degraded: bool,
    /// Whether the pages of providers that people sign in with may send it.
    pub(super) welcomes_providers: bool,
    pub(super) is_sealed: bool,
}

impl Course {
    pub(super) fn now(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far the exchanges of a request had come when it arrived somewhere, so that it can go another
/// way from there. What was found out meanwhile stays known, but nobody has asked for it.
pub(crate) struct Arrival(Vec<(Arc<Exchange>, Progress)>);

impl Arrival {
    pub(crate) fn of(extensions: &Extensions) -> Self {
        let exchanges = Exchange::all(extensions);
        let noted = exchanges.map(|exchange| (Arc::clone(exchange), *exchange.course.now()));
        Self(noted.collect())
    }

    /// Goes back there.
    pub(crate) fn restore(self) {
        for (exchange, progress) in self.0 {
            *exchange.course.now() = progress;
        }
    }
}
