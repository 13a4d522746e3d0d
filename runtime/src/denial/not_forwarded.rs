use axum::response::Response;
use http::StatusCode;

use super::{Constant, Denial};

/// Why a request is not handed on to an upstream, or its answer not to the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotForwarded {
    /// No such endpoint is forwarded.
    NoRoute,
    /// The endpoint is not for that method.
    Method,
    /// The visitor's body is too long.
    TooLong,
    /// It did not come any further.
    Stalled,
    /// The upstream would send the visitor where nobody said that visitors go.
    Location,
}

impl NotForwarded {
    /// The response; where there is a request at hand, it is [answered](super::Unanswered) still.
    pub(crate) fn answer(self) -> Response {
        Denial::NotForwarded(self).as_problem()
    }

    pub(super) fn constant(self) -> Constant {
        let (status, code, detail) = match self {
            Self::NoRoute => (
                StatusCode::NOT_FOUND,
                "no_such_endpoint",
                "There is no such endpoint.",
            ),
            Self::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This endpoint is not for that method.",
            ),
            Self::TooLong => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_long",
                "The body has more than 64 KiB.",
            ),
            Self::Stalled => (
                StatusCode::REQUEST_TIMEOUT,
                "request_timeout",
                "The body did not arrive in time.",
            ),
            Self::Location => (
                StatusCode::BAD_GATEWAY,
                "upstream_location",
                "The server that signs people in would have sent you to another site.",
            ),
        };
        Constant {
            status,
            code,
            detail,
        }
    }
}
