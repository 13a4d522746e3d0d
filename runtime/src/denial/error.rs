use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::WWW_AUTHENTICATE;

use super::Denial;
use crate::credential::Source;
use crate::session::{AuthError, Fault};

/// 503 when the store did not answer, 401 when the session has ended meanwhile, else 500; the log has
/// the reason.
impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        if let Self::SessionEnded = self {
            let denial = Denial::Refused {
                source: Source::Cookie,
                fault: Fault::Expired,
            };
            let mut response = denial.as_problem();
            // RFC 9110 section 15.5.2: every 401 names a scheme.
            let challenge = HeaderValue::from_static("Session");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
            return response;
        }
        tracing::error!(target: "portcullis::session", error = %self, source = ?std::error::Error::source(&self));
        match self {
            Self::Store(error) if !error.is_corrupt() => Denial::Unavailable,
            _ => Denial::Broken,
        }
        .as_problem()
    }
}
