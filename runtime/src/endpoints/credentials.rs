//! Signing in with credentials.

use std::error::Error;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};

use super::action::Dialect;
use super::page;
use super::providers::{Authenticated, CredentialsInput, CredentialsProvider};
use super::visit::Visit;
use crate::denial::{BuiltIn, Denial, with_parameters};
use crate::session::AuthError;

/// The `code` of an attempt that nobody looked at, for there were too many.
pub(super) const TOO_MANY: &str = "too_many_attempts";

pub(super) async fn sign_in(visit: &Visit<'_>, provider: &CredentialsProvider) -> Response {
    let fields = visit.form.texts();
    let input = CredentialsInput::new(fields, visit.parts);
    match visit.auth().authenticate(input).await {
        Authenticated::User(user) => match visit.auth().sign_in(user).await {
            Ok(signed_in) => (signed_in, visit.redirect(&visit.callback_url)).into_response(),
            Err(error) => broken(visit, &error),
        },
        Authenticated::Rejected { code } => rejected(visit, provider, code.as_deref()),
        Authenticated::TooMany { retry_after } => too_many(visit, retry_after),
        Authenticated::Failed => failed(visit, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn rejected(visit: &Visit<'_>, provider: &CredentialsProvider, code: Option<&str>) -> Response {
    const ERROR: &str = "CredentialsSignin";
    match visit.asked.dialect {
        Dialect::V4 => {
            // A reason of one's own is an error that was thrown, over there.
            let error = [("error", code.unwrap_or(ERROR))].into_iter();
            let provider = code.is_none().then_some(("provider", provider.id.as_str()));
            let to = with_parameters(&visit.url("error"), error.chain(provider));
            visit.redirect_as(StatusCode::UNAUTHORIZED, &to)
        }
        Dialect::V5 => visit.failure(BuiltIn::SignIn, ERROR, code.or(Some("credentials"))),
    }
}

/// JSON clients get an address that says so as well, and people a page.
fn too_many(visit: &Visit<'_>, retry_after: Duration) -> Response {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = match (visit.wants_json(), visit.asked.dialect) {
        (false, _) => page::too_many(visit, retry_after),
        (true, Dialect::V4) => {
            let error = [("error", "TooManyAttempts")];
            visit.redirect_as(status, &with_parameters(&visit.url("error"), error))
        }
        (true, Dialect::V5) => {
            let code = Some(TOO_MANY);
            visit.failure_as(status, BuiltIn::SignIn, "CredentialsSignin", code)
        }
    };
    let seconds = HeaderValue::from(retry_after.as_secs().max(1));
    response.headers_mut().insert(RETRY_AFTER, seconds);
    response
}

/// The session could not be begun or ended, or the application would not have it.
pub(super) fn broken(visit: &Visit<'_>, error: &AuthError) -> Response {
    if let AuthError::Declined = error {
        return visit.failure_as(StatusCode::FORBIDDEN, BuiltIn::Error, "AccessDenied", None);
    }
    tracing::error!(target: "portcullis::session", %error, source = ?error.source());
    match error {
        AuthError::Store(error) if !error.is_corrupt() => unavailable(visit),
        _ => failed(visit, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The store did not answer.
pub(super) fn unavailable(visit: &Visit<'_>) -> Response {
    if !visit.wants_json() {
        return Denial::Unavailable.as_problem();
    }
    const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");
    let mut response = failed(visit, StatusCode::SERVICE_UNAVAILABLE);
    response.headers_mut().insert(RETRY_AFTER, RETRY_SECONDS);
    response
}

/// Something is broken, and the visitor learns nothing more. JSON clients get that status.
fn failed(visit: &Visit<'_>, status: StatusCode) -> Response {
    visit.failure_as(status, BuiltIn::Error, "Configuration", None)
}
