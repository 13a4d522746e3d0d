//! The only maker of refusals.

mod answer;
mod challenge;
mod error;
mod negotiate;
#[cfg(feature = "proxy")]
mod not_forwarded;
mod not_found;
mod on;
mod page;
mod pages;
mod problem;
mod refusal;
mod return_to;
mod safe_redirect;

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};

pub(crate) use self::answer::{Circumstances, VARY_BY_CREDENTIAL};
pub(crate) use self::challenge::Challenges;
pub(crate) use self::error::Unanswered;
pub(crate) use self::negotiate::is_by_a_person;
#[cfg(feature = "proxy")]
pub(crate) use self::not_forwarded::NotForwarded;
pub(crate) use self::not_found::{Hidden, Part, Word, announced, empty, unannounced};
pub use self::on::{OnAnonymous, OnDenied};
pub(crate) use self::page::{MEDIA_TYPE, document, escaped};
pub use self::pages::Pages;
pub(crate) use self::pages::{BuiltIn, path_of, visited, with_parameters};
pub(crate) use self::refusal::OnDeniedHook;
pub use self::refusal::{Refusal, RefusalBody};
pub use self::return_to::ReturnTo;
pub use self::safe_redirect::safe_redirect;
use crate::credential::Source;
use crate::guard::Requirement;
use crate::session::{Failure, Fault, Identity, Outcome};

/// Why a request may not go on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Denial {
    /// Nobody is signed in.
    Unauthenticated,
    /// What was presented is no valid credential.
    Refused { source: Source, fault: Fault },
    /// Somebody is signed in, and may not.
    Forbidden,
    /// Somebody is signed in, and a token with the scopes of this rule could.
    InsufficientScope(&'static Requirement),
    /// Signed in too long ago, or too weakly (RFC 9470).
    StepUp {
        max_age: Option<u64>,
        acr: Option<&'static str>,
    },
    /// Signed in too weakly only just now: asking again would change nothing.
    AcrUnreachable,
    /// Nobody knows when the visitor signed in, and asking again would not tell.
    AuthTimeMissing,
    /// Another site's page sent it.
    CrossSite,
    /// The store could not be asked: nobody knows.
    Unavailable,
    /// The process-wide runtime has not been configured.
    NotConfigured,
    /// The stored session, or the user in it, cannot be read.
    Corrupt,
    /// The session could not be made.
    Broken,
    /// An upstream answers, and does not come to it.
    #[cfg(feature = "proxy")]
    NotForwarded(NotForwarded),
    /// The session ended while the handler ran. Whatever took its place has the cookie now.
    Ended,
}

/// The identity of a request, or why there is none.
pub(crate) fn identified(outcome: &Outcome) -> Result<&Arc<Identity>, Denial> {
    match outcome {
        Outcome::Known(identity) => Ok(identity),
        Outcome::Anonymous => Err(Denial::Unauthenticated),
        Outcome::Refused { source, fault, .. } => Err(Denial::Refused {
            source: *source,
            fault: *fault,
        }),
        Outcome::Failed(Failure::Unavailable) => Err(Denial::Unavailable),
        Outcome::Failed(Failure::Corrupt) => Err(Denial::Corrupt),
        Outcome::Failed(Failure::Unconfigured) => Err(Denial::NotConfigured),
    }
}

/// What every kind of denial has fixed.
struct Constant {
    status: StatusCode,
    /// The stable name that clients may rely on.
    code: &'static str,
    /// One sentence for people.
    detail: &'static str,
}

impl Denial {
    /// Whether nobody is signed in, or the session cookie is of no use. Who sends a bearer token means it,
    /// so a bad one is no way of being nobody.
    pub(crate) fn is_of_nobody(self) -> bool {
        matches!(
            self,
            Self::Unauthenticated
                | Self::Refused {
                    source: Source::Cookie,
                    ..
                }
        )
    }

    fn constant(self) -> Constant {
        let (status, code, detail) = match self {
            Self::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                "Sign in to go on.",
            ),
            Self::Refused { source, fault } => return refused(source, fault),
            #[cfg(feature = "proxy")]
            Self::NotForwarded(reason) => return reason.constant(),
            Self::Ended => return refused(Source::Cookie, Fault::Expired),
            Self::Forbidden => (
                StatusCode::FORBIDDEN,
                "forbidden",
                "Your account may not do this.",
            ),
            Self::InsufficientScope(_) => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "The token was not issued for this.",
            ),
            Self::StepUp { .. } => (
                StatusCode::UNAUTHORIZED,
                "insufficient_user_authentication",
                "Sign in again to go on.",
            ),
            Self::AcrUnreachable => (
                StatusCode::FORBIDDEN,
                "acr_unreachable",
                "This needs a stronger way of signing in.",
            ),
            Self::AuthTimeMissing => (
                StatusCode::FORBIDDEN,
                "auth_time_missing",
                "This session does not say when you signed in.",
            ),
            Self::CrossSite => (
                StatusCode::FORBIDDEN,
                "cross_site",
                "This request was sent by a page of another site.",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "store_unavailable",
                "Sessions cannot be checked just now. Please try again in a moment.",
            ),
            Self::NotConfigured => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "not_configured",
                "This application is not ready to sign anybody in.",
            ),
            Self::Corrupt => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "session_corrupt",
                "This session cannot be read.",
            ),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "session_failed",
                "The session could not be begun, read or ended.",
            ),
        };
        Constant {
            status,
            code,
            detail,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        self.constant().code
    }

    /// Whether a handler that hides what it refuses answers as if it were not there.
    pub(crate) fn is_hidden(self, on_denied: OnDenied) -> bool {
        on_denied == OnDenied::Hide && self.is_about_the_rule()
    }

    /// Whether the rule was not met, and nothing else.
    fn is_about_the_rule(self) -> bool {
        matches!(self, Self::Forbidden | Self::InsufficientScope(_))
    }

    /// Whether signing in would help, so that a page visit may be sent there.
    fn asks_to_sign_in(self) -> bool {
        self.constant().status == StatusCode::UNAUTHORIZED
    }

    /// Whether the visitor's cookie is of no more use. An ambiguous one may be somebody's attack
    /// on a good one, so it stays.
    pub(crate) fn clears_cookie(self) -> bool {
        matches!(
            self,
            Self::Refused {
                source: Source::Cookie,
                fault: Fault::Invalid | Fault::Expired
            }
        )
    }
}

fn refused(source: Source, fault: Fault) -> Constant {
    let (status, code, detail) = match (source, fault) {
        (_, Fault::InvalidRequest) => (
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "The Authorization header is not usable.",
        ),
        (_, Fault::Ambiguous) => (
            StatusCode::UNAUTHORIZED,
            "session_ambiguous",
            "The session cookie arrived twice with two values.",
        ),
        (Source::Cookie, Fault::Invalid | Fault::Unknown) => (
            StatusCode::UNAUTHORIZED,
            "session_invalid",
            "Your session is not valid. Sign in again to go on.",
        ),
        (Source::Cookie, Fault::Expired) => (
            StatusCode::UNAUTHORIZED,
            "session_expired",
            "Your session has ended. Sign in again to go on.",
        ),
        (Source::Bearer, Fault::Invalid | Fault::Unknown) => (
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "The token is not valid.",
        ),
        (Source::Bearer, Fault::Expired) => (
            StatusCode::UNAUTHORIZED,
            "token_expired",
            "The token has expired.",
        ),
    };
    Constant {
        status,
        code,
        detail,
    }
}

/// A refusal, as the extractors of this crate reject a request. Everything about it is decided.
#[derive(Debug)]
pub struct Refused {
    response: Box<Response>,
    is_hidden: bool,
}

impl Refused {
    pub(crate) fn new(response: Response) -> Self {
        Self {
            response: Box::new(response),
            is_hidden: false,
        }
    }

    /// As if there were no such handler.
    pub(crate) fn hidden() -> Self {
        Self {
            response: Box::new(empty()),
            is_hidden: true,
        }
    }

    /// The same, with these cookies for the visitor.
    pub(crate) fn with_cookies(mut self, cookies: Vec<HeaderValue>) -> Self {
        for cookie in cookies {
            self.response.headers_mut().append(SET_COOKIE, cookie);
        }
        self
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Whether it is to be answered as what is not there.
    pub(crate) fn is_hidden(&self) -> bool {
        self.is_hidden
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        *self.response
    }
}
