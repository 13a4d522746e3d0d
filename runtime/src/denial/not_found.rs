//! Hiding what is there. A guard leaves word that its handler is hidden, and whoever takes requests
//! for the whole application answers as to a path that it does not know.

use std::any::Any;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_LENGTH;
use http::{Extensions, StatusCode};
use http_body::Frame;

/// Where a guard leaves word that its handler is hidden. It travels in the extensions of requests to
/// applications that may have something to hide.
#[derive(Clone)]
pub(crate) struct Hidden {
    word: Arc<OnceLock<Word>>,
    part: Part,
}

/// Which part of an application a request is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Among routes that have the state of the application.
    Own,
    /// In a router that had got its state before it was taken in.
    Finished,
    /// In a plain axum router.
    Undeclared,
}

/// That a handler is hidden.
pub(crate) struct Word {
    state: Box<dyn Any + Send + Sync>,
    part: Part,
}

impl Hidden {
    /// Nobody has left word yet.
    pub(crate) fn new() -> Self {
        Self {
            word: Arc::default(),
            part: Part::Own,
        }
    }

    /// Whether somebody waits for word.
    pub(crate) fn is_attended(extensions: &Extensions) -> bool {
        extensions.get::<Self>().is_some()
    }

    /// Notes, for whoever leaves word, which part of the application the request is in now.
    pub(crate) fn enter(extensions: &mut Extensions, part: Part) {
        if let Some(hidden) = extensions.get_mut::<Self>() {
            hidden.part = hidden.part.max(part);
        }
    }

    /// Whether the request has come to a plain axum router.
    pub(crate) fn is_in_undeclared(extensions: &Extensions) -> bool {
        let hidden = extensions.get::<Self>();
        hidden.is_some_and(|hidden| hidden.part == Part::Undeclared)
    }

    /// Leaves the application: from here on, somebody else answers, or nobody.
    pub(crate) fn leave(extensions: &mut Extensions) {
        extensions.remove::<Self>();
    }

    /// Leaves word that a handler with this state is hidden.
    pub(crate) fn leave_word<S>(extensions: &Extensions, state: &S)
    where
        S: Clone + Send + Sync + 'static,
    {
        if let Some(hidden) = extensions.get::<Self>() {
            let _ = hidden.word.set(Word {
                state: Box::new(state.clone()),
                part: hidden.part,
            });
        }
    }

    /// What was left.
    pub(crate) fn word(&self) -> Option<&Word> {
        self.word.get()
    }
}

impl Word {
    /// The state of an application whose missing state is `S`, as far as the handler knows it.
    pub(crate) fn state<S: Clone + 'static>(&self) -> Option<S> {
        let nothing_missing: &dyn Any = &();
        let own = match self.part {
            Part::Own => self.state.downcast_ref(),
            // It could be of the same type, and another's.
            Part::Finished | Part::Undeclared => None,
        };
        nothing_missing.downcast_ref().or(own).cloned()
    }
}

/// axum's own answer to paths that it does not know.
pub(crate) fn empty() -> Response {
    unannounced(StatusCode::NOT_FOUND.into_response())
}

/// Keeps axum from telling the length of a body that is empty: for routes it would, and for its own
/// answer to unknown paths it does not.
pub(crate) fn unannounced(response: Response) -> Response {
    let is_empty = response.body().size_hint().exact() == Some(0);
    match is_empty && !response.headers().contains_key(CONTENT_LENGTH) {
        true => response.map(|_| Body::new(Nothing)),
        false => response,
    }
}

/// The opposite, for what a service answered: the route around it tells the length of every body that
/// is empty.
pub(crate) fn announced(response: Response) -> Response {
    let body = response.body();
    match body.is_end_stream() && body.size_hint().exact().is_none() {
        true => response.map(|_| Body::empty()),
        false => response,
    }
}

/// A body that has ended, and does not say so beforehand.
struct Nothing;

impl HttpBody for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }
}
