//! What visitors do. Each of these needs the token that only this site's pages know.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::SET_COOKIE;
use serde_json::Value;

use super::action::{Action, Dialect};
use super::answer::{finished, json};
use super::visit::Visit;
use super::{credentials, session};
use crate::credential::{Credential, Source};
use crate::denial::{BuiltIn, with_parameters};
use crate::session::{AuthError, Failure, Outcome};

pub(super) async fn answer(visit: &Visit<'_>) -> Response {
    let is_v4 = visit.asked.dialect == Dialect::V4;
    match visit.asked.action {
        Action::Session if visit.is_verified => {
            let data = visit.form.value("data").cloned();
            session::answer(visit, Some(data.unwrap_or(Value::Null))).await
        }
        Action::Session => {
            let refused = json(StatusCode::BAD_REQUEST, &session::nothing(visit));
            match visit.asked.dialect {
                Dialect::V4 => visit.with_cookies(refused),
                Dialect::V5 => refused,
            }
        }
        // Only credentials can be given, and not here.
        Action::SignIn if visit.is_verified && (!is_v4 || visit.provider().is_some()) => {
            visit.redirect(&visit.url("signin"))
        }
        Action::SignOut if visit.is_verified => sign_out(visit).await,
        Action::Callback => match visit.provider() {
            None => visit.unsupported(),
            Some(provider) if visit.is_verified => credentials::sign_in(visit, provider).await,
            Some(_) => unverified(visit, "signin"),
        },
        Action::SignIn => unverified(visit, "signin"),
        Action::SignOut => unverified(visit, "signout"),
        Action::Log => finished(StatusCode::OK, None, Body::empty()),
        _ => visit.unsupported(),
    }
}

/// The form did not send the token.
fn unverified(visit: &Visit<'_>, page: &str) -> Response {
    match visit.asked.dialect {
        Dialect::V4 => visit.redirect(&with_parameters(&visit.url(page), [("csrf", "true")])),
        Dialect::V5 => visit.failure(BuiltIn::SignIn, "MissingCSRF", None),
    }
}

/// Ends the session of the cookie. A bearer token is not asked: whoever has one needs no cookie.
async fn sign_out(visit: &Visit<'_>) -> Response {
    let (exchange, auth) = (visit.exchange, visit.auth());
    let gone = visit.redirect(&visit.callback_url);
    let outcome = exchange.outcome_via(&visit.parts.headers, &[Source::Cookie]);
    match outcome.await {
        Outcome::Anonymous => gone,
        Outcome::Known(identity) => match auth.sign_out_of(identity).await {
            Ok(signed_out) => (signed_out, gone).into_response(),
            Err(error) => credentials::broken(visit, &error),
        },
        Outcome::Failed(Failure::Unavailable) => credentials::unavailable(visit),
        Outcome::Failed(Failure::Unconfigured) => {
            credentials::broken(visit, &AuthError::Unconfigured)
        }
        Outcome::Refused { .. } | Outcome::Failed(Failure::Corrupt) => {
            let mut response = gone;
            let sent = exchange.sent(&visit.parts.headers);
            if let Credential::Present { token, .. } = sent.credential() {
                auth.end_presented(token).await;
            }
            for removal in visit.runtime().cookie.clearing(sent.names()) {
                response.headers_mut().append(SET_COOKIE, removal);
            }
            response
        }
    }
}
