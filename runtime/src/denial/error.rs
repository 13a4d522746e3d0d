use axum::response::{IntoResponse, Response};

use super::Denial;
use crate::session::AuthError;

/// 503 when the store did not answer, else 500; the log has the reason.
impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        tracing::error!(target: "portcullis::session", error = %self, source = ?std::error::Error::source(&self));
        match self {
            Self::Store(error) if !error.is_corrupt() => Denial::Unavailable,
            _ => Denial::Broken,
        }
        .as_problem()
    }
}
