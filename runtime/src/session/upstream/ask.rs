use std::error::Error;
use std::io;
use std::iter::successors;
use std::sync::Arc;

use http::header::{ACCEPT, AUTHORIZATION, COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::{RequestBuilder, Response};
use tokio::time::{Instant, timeout_at};

use super::forgotten::{Moment, Waiting};
use super::question::{Fingerprint, of_token};
use super::{Answer, Upstream};
use crate::credential::{Source, sensitive};
use crate::session::Given;
use crate::session::elsewhere::Presented;

/// The longest session that is read, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

/// Why there is no answer. It says nothing that the upstream has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UpstreamError {
    #[error("the upstream could not be reached")]
    Unreachable,
    #[error(
        "no TLS connection to the upstream that can be trusted: its certificate is out of date, for another name or of \
         an unknown authority (`ProxyOptions::root_certificate` adds one), or the upstream does not speak TLS"
    )]
    Untrusted,
    #[error("the upstream did not answer in time")]
    Deadline,
    #[error("the upstream ended its answer before it was complete")]
    Incomplete,
    #[error("the upstream answered {0}")]
    Status(StatusCode),
    #[error("the upstream's answer is longer than {LONGEST_BODY} bytes")]
    TooLong,
    #[error("the upstream's answer is no session that could be read")]
    Unreadable,
    #[error(
        "the user of the upstream's session has neither `id`, `sub` nor `email`: `callbacks.session` over there adds it"
    )]
    NoUserId,
}

impl UpstreamError {
    /// Why there was no answer to a request. The log has what the system says of a connection that cannot be made.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Deadline;
        }
        if !error.is_connect() {
            return Self::Incomplete;
        }
        let causes = || successors(error.source(), |cause| (*cause).source());
        let cause = causes().last().map(tracing::field::display);
        tracing::warn!(target: "portcullis::upstream", cause, "no connection to the upstream");
        match causes().any(is_about_tls) {
            true => Self::Untrusted,
            false => Self::Unreachable,
        }
    }
}

/// The credential, as the upstream reads it; `None` if it cannot be sent.
fn credential(presented: &Presented<'_>) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    let cookie = match presented.source {
        // As the visitor's browser keeps it, so that the upstream knows all of its chunks.
        Source::Cookie => Some(presented.cookie.alone(presented.headers)?),
        Source::Bearer => {
            let text = format!("Bearer {}", presented.token);
            headers.insert(AUTHORIZATION, HeaderValue::try_from(text).ok()?);
            // The session endpoint of Auth.js looks at cookies alone.
            presented.cookie.carrying(presented.token)
        }
    };
    headers.extend(cookie.map(|cookie| (COOKIE, cookie)));
    for value in headers.values_mut() {
        value.set_sensitive(true);
    }
    Some(headers)
}

impl Upstream {
    /// An answer, or that there was none before the deadline: those who wait for it hear that as well.
    pub(super) async fn ask(
        &self,
        presented: &Presented<'_>,
        asked: Arc<Moment>,
        deadline: Instant,
    ) -> Result<Answer, UpstreamError> {
        let asked = timeout_at(deadline, self.exchange(presented, asked)).await;
        asked.unwrap_or(Err(UpstreamError::Deadline))
    }

    async fn exchange(
        &self,
        presented: &Presented<'_>,
        asked: Arc<Moment>,
    ) -> Result<Answer, UpstreamError> {
        let Some(credential) = credential(presented) else {
            return Ok(Answer::Nobody {
                given: Given::default(),
            });
        };
        let _turn = self.turns.acquire().await;
        let mut headers = self.headers_of(presented.headers);
        headers.extend(credential);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let request = self
            .client
            .get(format!("{}/session", self.address.base))
            .headers(headers);
        let response = send(request).await?;
        let cookies = response.headers().get_all(SET_COOKIE).iter();
        let cookies = cookies.filter(|cookie| presented.cookie.is_set_by(cookie));
        let cookies: Vec<_> = match presented.source {
            Source::Cookie => cookies.map(sensitive).collect(),
            // A cookie beside a bearer token may be somebody else's.
            Source::Bearer => Vec::new(),
        };
        let next = next(presented, &cookies);
        let given = match cookies.is_empty() || asked.is_late() {
            true => Given::default(),
            false => Given::new(Waiting::new(cookies, asked)),
        };
        match response.status() {
            StatusCode::OK => {
                let body = whole(response).await?;
                let answer = Answer::read(&body, presented.source, given, &self.mapping)?;
                Ok(answer.going_on_with(next))
            }
            // Auth.js says 200 whoever asks, others say this where nobody is signed in.
            StatusCode::UNAUTHORIZED => Ok(Answer::Nobody { given }),
            status => Err(UpstreamError::Status(status)),
        }
    }
}

/// The token that a session goes on with: Auth.js writes a new one with each answer.
fn next(presented: &Presented<'_>, cookies: &[HeaderValue]) -> Option<Fingerprint> {
    let [next] = &presented.cookie.tokens_in(cookies)[..] else {
        return None;
    };
    (next != presented.token).then(|| of_token(next))
}

/// Sends a request that only reads: once more if no connection could be made. A wrong certificate stays one.
async fn send(request: RequestBuilder) -> Result<Response, UpstreamError> {
    let again = request.try_clone();
    let sent = request.send().await;
    match sent.map_err(|error| UpstreamError::of(&error)) {
        Err(UpstreamError::Unreachable) => {}
        sent => return sent,
    }
    let again = again.ok_or(UpstreamError::Unreachable)?;
    tracing::warn!(target: "portcullis::upstream", "the upstream is tried once more");
    let sent = again.send().await;
    sent.map_err(|error| UpstreamError::of(&error))
}

fn is_about_tls(cause: &(dyn Error + 'static)) -> bool {
    let Some(cause) = cause.downcast_ref::<io::Error>() else {
        return false;
    };
    // One within another is nobody's source.
    let within = cause.get_ref().is_some_and(|within| is_about_tls(within));
    cause.kind() == io::ErrorKind::InvalidData || within
}

async fn whole(mut response: Response) -> Result<Vec<u8>, UpstreamError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|_| UpstreamError::Incomplete)?
    {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(UpstreamError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
