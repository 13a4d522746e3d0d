use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, RETRY_AFTER, SET_COOKIE, VARY, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderName, HeaderValue};

use super::{Circumstances, Denial};
use crate::auth::Runtime;
use crate::session::{AuthError, ServerSessionError};

/// 503 when the store did not answer, 401 when the session has ended meanwhile, 403 when a callback
/// declined, else 500; the log has the reason.
impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        if let Self::SessionEnded = self {
            let mut response = Denial::Ended.as_problem();
            // RFC 9110 section 15.5.2: every 401 names a scheme.
            let challenge = HeaderValue::from_static("Session");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            return response;
        }
        tracing::error!(target: "portcullis::session", error = %self, source = ?std::error::Error::source(&self));
        match self {
            Self::Store(error) if !error.is_corrupt() => Denial::Unavailable,
            Self::Declined => Denial::Forbidden,
            _ => Denial::Broken,
        }
        .as_problem()
    }
}

/// 503 when the store did not answer, else 500.
impl IntoResponse for ServerSessionError {
    fn into_response(self) -> Response {
        match self {
            Self::Unavailable => Denial::Unavailable,
            Self::Corrupt => Denial::Corrupt,
            Self::Callback => Denial::Broken,
        }
        .as_problem()
    }
}

/// What a response means that was made without a request at hand. Travels in its extensions to where
/// there is one.
#[derive(Clone, Copy)]
pub(crate) struct Unanswered(pub(super) Denial);

impl Unanswered {
    /// What the response means, unless the application has given it a status of its own: then it is
    /// the application's answer.
    pub(crate) fn take(response: &mut Response) -> Option<Self> {
        let unanswered = response.extensions_mut().remove::<Self>()?;
        let status = unanswered.0.constant().status;
        (response.status() == status).then_some(unanswered)
    }

    /// The answer to this request in the place of the response. Other headers of it stay; of
    /// those that the answer has as well, only cookies and `Vary` do.
    pub(crate) fn answer(
        self,
        response: Response,
        runtime: &Runtime,
        parts: &Parts,
        circumstances: Circumstances,
    ) -> Response {
        let mut answer = self.0.answer(runtime, parts, circumstances);
        let (before, _) = response.into_parts();
        let ours = answer.headers().clone();
        let stays = |name: &HeaderName| {
            let is_ours = [CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE].contains(name);
            // What is said of the body, by us or a layer, was said of another.
            let is_about_the_body = name.as_str().starts_with("content-");
            let has_room = [SET_COOKIE, VARY].contains(name) || !ours.contains_key(name);
            !is_ours && !is_about_the_body && has_room
        };
        for (name, value) in before.headers.iter().filter(|(name, _)| stays(name)) {
            answer.headers_mut().append(name, value.clone());
        }
        *answer.extensions_mut() = before.extensions;
        answer
    }

    /// The answer to the request, if the response was made without it.
    pub(crate) fn answered(
        mut response: Response,
        runtime: &Runtime,
        parts: &Parts,
        circumstances: Circumstances,
    ) -> Response {
        match Self::take(&mut response) {
            Some(unanswered) => unanswered.answer(response, runtime, parts, circumstances),
            None => response,
        }
    }
}
