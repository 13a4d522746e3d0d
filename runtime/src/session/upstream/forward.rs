use axum::body::{Body, HttpBody};
use axum::response::Response;
use http::{HeaderMap, Method};
use tokio::time::timeout;

use super::body::{Download, Upload};
use super::{Upstream, UpstreamError};

/// A request of a visitor to one of the upstream's endpoints.
pub(crate) struct Forwarded<'a> {
    pub(crate) method: Method,
    /// The path below the base path. It is made here, and not by the visitor.
    pub(crate) path: &'a str,
    /// As the visitor wrote it.
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
            headers,
            body,
        } = request;
        let mut url = format!("{}{path}", self.address.base);
        if let Some(query) = query {
            url.push('?');
            url.push_str(query);
        }
        let mut sending = self.client.request(method, url).headers(headers);
        let mut cut = None;
        if !body.is_end_stream() {
            let (upload, note) = Upload::new(body).ok_or(ForwardError::TooLong)?;
            sending = sending.body(reqwest::Body::wrap(upload));
            cut = Some(note);
        }
        let answer = match timeout(self.route_timeout, sending.send()).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) if cut.is_some_and(|cut| cut.is_made()) => {
                return Err(ForwardError::TooLong);
            }
            Ok(Err(error)) => return Err(ForwardError::Upstream(UpstreamError::of(&error))),
            Err(_) => return Err(ForwardError::Upstream(UpstreamError::Deadline)),
        };
        // A connection that becomes another is none that can be handed on.
        if answer.status().is_informational() {
            let error = UpstreamError::Status(answer.status());
            return Err(ForwardError::Upstream(error));
        }
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = Download::new(reqwest::Body::from(answer), self.route_timeout);
        let mut response = Response::new(Body::new(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}
