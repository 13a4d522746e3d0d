//! What can go wrong, for people and for programs. The cause goes to the log, never to a visitor.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use portcullis::AuthError;
use portcullis::password::PasswordError;
use serde::Serialize;

use crate::draft::Mistakes;
use crate::view;

/// Why there is no answer to give; as a response it is a page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error("there is nothing here")]
    NotFound,
    #[error("the request cannot be read")]
    Unreadable(#[from] JsonRejection),
    #[error("the post cannot be published")]
    Unpublishable(Mistakes),
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    #[error("a password could not be checked")]
    Password(#[from] PasswordError),
    #[error("nobody can sign in")]
    SignIn,
    #[error("a session could not be begun or ended")]
    Session(#[from] AuthError),
}

impl From<PathRejection> for AppError {
    fn from(_: PathRejection) -> Self {
        Self::NotFound
    }
}

impl AppError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unreadable(rejection) => rejection.status(),
            Self::Unpublishable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Session(AuthError::Store(error)) if !error.is_corrupt() => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Database(_) | Self::Password(_) | Self::SignIn | Self::Session(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::NotFound => "This page was never printed",
            _ => self.status().canonical_reason().unwrap_or("Error"),
        }
    }

    /// One sentence for whoever asked.
    fn detail(&self) -> String {
        match self {
            Self::NotFound => "There is nothing at this address.".to_owned(),
            Self::Unreadable(rejection) => rejection.body_text(),
            Self::Unpublishable(_) => "The post cannot be published like this.".to_owned(),
            Self::Database(_) | Self::Password(_) | Self::SignIn | Self::Session(_) => {
                "Something went wrong on our side. Please try again in a moment.".to_owned()
            }
        }
    }

    fn log(&self) {
        if self.status().is_server_error() {
            tracing::error!(error = %self, cause = ?std::error::Error::source(self));
        }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        self.log();
        let status = self.status();
        let page = view::notice(status, self.title(), &self.detail());
        (status, page).into_response()
    }
}

/// The same for programs: as a response it is `application/problem+json` (RFC 9457).
pub(crate) struct Problem(AppError);

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[derive(Serialize)]
struct ProblemDetails<'a> {
    title: Option<&'a str>,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a Mistakes>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(error) = self;
        error.log();
        let status = error.status();
        let details = ProblemDetails {
            title: status.canonical_reason(),
            status: status.as_u16(),
            detail: error.detail(),
            errors: match &error {
                AppError::Unpublishable(mistakes) => Some(mistakes),
                _ => None,
            },
        };
        let content_type = [(CONTENT_TYPE, "application/problem+json")];
        (status, content_type, Json(details)).into_response()
    }
}
