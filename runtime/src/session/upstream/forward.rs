use std::pin::pin;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, Method};
use tokio::sync::oneshot;
use tokio::time::timeout_at;

use super::body::{Download, Progress, Turn, Upload};
use super::{Upstream, UpstreamError};

/// A request of a visitor to one of the upstream's endpoints.
pub(crate) struct Forwarded<'a> {
    pub(crate) method: Method,
    /// The path below the base path. It is made here, and not by the visitor.
    pub(crate) path: &'a str,
    /// As the visitor wrote it. What goes up says the same to whoever decodes it: a `'` becomes `%27`.
    pub(crate) query: Option<&'a str>,
    /// The headers that go up.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// Why a forwarded request has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForwardError {
    /// The visitor's body is too long.
    TooLong,
    /// More of it was waited for, and did not come.
    Stalled,
    Upstream(UpstreamError),
}

impl Upstream {
    /// Sends a visitor's request up, once, and gives the answer as it comes: its body follows, piece by
    /// piece.
    pub(crate) async fn forward(&self, request: Forwarded<'_>) -> Result<Response, ForwardError> {
        let Forwarded {
            method,
            path,
            query,
            mut headers,
            body,
        } = request;
        let mut url = format!("{}{path}", self.address.base);
        if let Some(query) = query {
            url.push('?');
            url.push_str(query);
        }
        let is_empty = body.is_end_stream();
        // RFC 9110 section 8.6: there could have been a body.
        if is_empty && method == Method::POST {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let mut sending = self.client.request(method, url).headers(headers);
        let progress = Progress::new();
        let (upload, answer) = oneshot::channel();
        if !is_empty {
            let body = Upload::new(body, progress.clone(), answer).ok_or(ForwardError::TooLong)?;
            sending = sending.body(reqwest::Body::wrap(body));
        }
        let answer = self.answer(sending.send(), &progress).await?;
        // A connection that becomes another is none that can be handed on.
        if answer.status().is_informational() {
            let error = UpstreamError::Status(answer.status());
            return Err(ForwardError::Upstream(error));
        }
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = Download::new(reqwest::Body::from(answer), self.route_timeout, upload);
        let mut response = Response::new(Body::new(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// Waits for the answer to begin: visitor and upstream have the same time for each step.
    async fn answer(
        &self,
        sending: impl Future<Output = Result<reqwest::Response, reqwest::Error>>,
        progress: &Progress,
    ) -> Result<reqwest::Response, ForwardError> {
        let mut sending = pin!(sending);
        loop {
            let (turn, since) = progress.now();
            let waited = timeout_at(since + self.route_timeout, sending.as_mut()).await;
            let now = progress.now();
            let error = match waited {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => UpstreamError::of(&error),
                // Somebody has done something in the meantime.
                Err(_) if now != (turn, since) => continue,
                Err(_) if turn == Turn::Visitor => return Err(ForwardError::Stalled),
                Err(_) => UpstreamError::Deadline,
            };
            return Err(match now.0 {
                Turn::Nobody(why) => why,
                Turn::Visitor | Turn::Upstream => ForwardError::Upstream(error),
            });
        }
    }
}
