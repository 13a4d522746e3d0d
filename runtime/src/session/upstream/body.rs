//! Bodies that pass through here, piece by piece: nothing of them is kept.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::sync::oneshot::{Receiver, Sender};
use tokio::time::{Instant, Sleep, sleep};

use super::{ForwardError, UpstreamError};

/// The longest body that a visitor may send, in bytes.
const LONGEST_UPLOAD: u64 = 64 * 1024;
/// How long it may be under way, however few its pauses.
const SLOWEST_UPLOAD: Duration = Duration::from_secs(60);

/// What a visitor sends, on its way up.
pub(super) struct Upload {
    /// A body moves from thread to thread and is never shared. The client wants it to be sharable.
    body: Mutex<Body>,
    /// How much more it may bring.
    left: u64,
    /// When it must be here.
    until: Instant,
    progress: Progress,
    /// Comes to its end when the answer does. An upstream may answer before it has read everything.
    answer: Option<Receiver<()>>,
}

/// Whom a request waits for, and since when.
#[derive(Clone)]
pub(super) struct Progress(Arc<Mutex<(Turn, Instant)>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// There is more of the body to come.
    Visitor,
    /// It has all that there is.
    Upstream,
    /// The body was cut.
    Nobody(ForwardError),
}

/// Why a body did not come to its end.
#[derive(Debug, thiserror::Error)]
#[error("the visitor's body is too long or too slow, has broken off, or is needed no longer")]
pub(super) struct NotWhole;

impl Progress {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new((Turn::Upstream, Instant::now()))))
    }

    pub(super) fn now(&self) -> (Turn, Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It may have done so before: a body is asked more often than it has something to say.
    fn waits_for_visitor(&self) {
        if self.now().0 != Turn::Visitor {
            self.is_at(Turn::Visitor);
        }
    }

    fn is_at(&self, turn: Turn) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (turn, Instant::now());
    }
}

impl Upload {
    /// `None` if it is known to be too long. It goes on no longer than `answer`.
    pub(super) fn new(body: Body, progress: Progress, answer: Receiver<()>) -> Option<Self> {
        let is_short = body.size_hint().lower() <= LONGEST_UPLOAD;
        is_short.then(|| Self {
            body: Mutex::new(body),
            left: LONGEST_UPLOAD,
            until: Instant::now() + SLOWEST_UPLOAD,
            progress,
            answer: Some(answer),
        })
    }

    fn cut(&self, why: ForwardError) -> Poll<Option<Result<Frame<Bytes>, NotWhole>>> {
        self.progress.is_at(Turn::Nobody(why));
        Poll::Ready(Some(Err(NotWhole)))
    }

    fn is_needed(&mut self, cx: &mut Context<'_>) -> bool {
        let answer = self.answer.as_mut();
        let is_needed = answer.is_some_and(|answer| Pin::new(answer).poll(cx).is_pending());
        if !is_needed {
            self.answer = None;
        }
        is_needed
    }
}

impl HttpBody for Upload {
    type Data = Bytes;
    type Error = NotWhole;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NotWhole>>> {
        let this = self.get_mut();
        // Nobody hears why once there is an answer.
        if !this.is_needed(cx) || Instant::now() > this.until {
            return this.cut(ForwardError::Stalled);
        }
        loop {
            let body = this.body.get_mut().unwrap_or_else(PoisonError::into_inner);
            let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) else {
                this.progress.waits_for_visitor();
                return Poll::Pending;
            };
            this.progress.is_at(Turn::Upstream);
            let frame = match frame {
                Some(Ok(frame)) => frame,
                Some(Err(_)) => return this.cut(ForwardError::TooLong),
                None => return Poll::Ready(None),
            };
            // Trailers are for the next hop alone.
            let Ok(piece) = frame.into_data() else {
                continue;
            };
            return match this.left.checked_sub(piece.len() as u64) {
                Some(left) => {
                    this.left = left;
                    Poll::Ready(Some(Ok(Frame::data(piece))))
                }
                None => this.cut(ForwardError::TooLong),
            };
        }
    }

    fn is_end_stream(&self) -> bool {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        body.size_hint()
    }
}

/// What the upstream answers, on its way down. What breaks off there breaks off here.
pub(super) struct Download {
    body: reqwest::Body,
    /// How long the next piece may take.
    timeout: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    /// The upload ends together with this.
    _upload: Sender<()>,
}

impl Download {
    pub(super) fn new(body: reqwest::Body, timeout: Duration, upload: Sender<()>) -> Self {
        Self {
            body,
            timeout,
            waiting: None,
            _upload: upload,
        }
    }

    /// The next piece, or an error once it has been waited for long enough. A visitor who is slow to read
    /// makes nobody wait.
    fn poll_piece(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UpstreamError>>> {
        if let Poll::Ready(piece) = Pin::new(&mut self.body).poll_frame(cx) {
            self.waiting = None;
            return Poll::Ready(piece.map(|piece| piece.map_err(|_| UpstreamError::Incomplete)));
        }
        let timeout = self.timeout;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(timeout)));
        waiting
            .as_mut()
            .poll(cx)
            .map(|()| Some(Err(UpstreamError::Deadline)))
    }
}

impl HttpBody for Download {
    type Data = Bytes;
    type Error = UpstreamError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UpstreamError>>> {
        let this = self.get_mut();
        loop {
            let piece = match ready!(this.poll_piece(cx)) {
                Some(Ok(frame)) => frame.into_data(),
                Some(Err(error)) => {
                    tracing::error!(target: "portcullis::upstream", %error);
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            };
            // Trailers are for the next hop alone.
            if let Ok(piece) = piece {
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let hint = self.body.size_hint();
        match hint.exact() {
            // There may be no body at all, and then its length is another (RFC 9110 section 8.6).
            Some(0) => SizeHint::new(),
            _ => hint,
        }
    }
}
