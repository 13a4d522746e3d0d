//! Bodies that pass through here, piece by piece: nothing of them is kept.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::UpstreamError;

/// The longest body that a visitor may send, in bytes.
pub(super) const LONGEST_UPLOAD: u64 = 64 * 1024;

/// What a visitor sends, on its way up.
pub(super) struct Upload {
    /// A body moves from thread to thread and is never shared. The client wants it to be sharable.
    body: Mutex<Body>,
    /// How much more it may bring.
    left: u64,
    is_cut: Arc<AtomicBool>,
}

/// Whether a body came to its end.
#[derive(Clone)]
pub(super) struct Cut(Arc<AtomicBool>);

/// Why it did not.
#[derive(Debug, thiserror::Error)]
#[error("the visitor's body is too long, or has broken off")]
pub(super) struct NotWhole;

impl Upload {
    /// `None` if it is known to be too long.
    pub(super) fn new(body: Body) -> Option<(Self, Cut)> {
        if body.size_hint().lower() > LONGEST_UPLOAD {
            return None;
        }
        let is_cut = Arc::new(AtomicBool::new(false));
        let cut = Cut(Arc::clone(&is_cut));
        let upload = Self {
            body: Mutex::new(body),
            left: LONGEST_UPLOAD,
            is_cut,
        };
        Some((upload, cut))
    }

    fn cut(&self) -> Poll<Option<Result<Frame<Bytes>, NotWhole>>> {
        self.is_cut.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(NotWhole)))
    }
}

impl Cut {
    /// Whether it was too long, or broke off.
    pub(super) fn is_made(&self) -> bool {
        self.0.load(Ordering::Relaxed)
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
        loop {
            let body = this.body.get_mut().unwrap_or_else(PoisonError::into_inner);
            let frame = match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => frame,
                Some(Err(_)) => return this.cut(),
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
                None => this.cut(),
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
}

impl Download {
    pub(super) fn new(body: reqwest::Body, timeout: Duration) -> Self {
        Self {
            body,
            timeout,
            waiting: None,
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
