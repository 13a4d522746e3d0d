//! What visitors read: documents for clients, and the built-in pages.

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::action::{Action, Dialect};
use super::answer::{json, text};
use super::visit::Visit;
use super::{page, session};
use crate::denial::{BuiltIn, with_parameters};

/// The errors that the sign-in page of NextAuth.js 4 tells, and ours.
const ERRORS_OF_SIGN_IN: [&str; 11] = [
    "Callback",
    "CredentialsSignin",
    "EmailCreateAccount",
    "EmailSignin",
    "OAuthAccountNotLinked",
    "OAuthCallback",
    "OAuthCreateAccount",
    "OAuthSignin",
    "SessionRequired",
    "Signin",
    "TooManyAttempts",
];

#[derive(Serialize)]
struct Csrf<'a> {
    #[serde(rename = "csrfToken")]
    token: &'a str,
}

pub(super) async fn answer(visit: &Visit<'_>) -> Response {
    let is_v4 = visit.asked.dialect == Dialect::V4;
    match visit.asked.action {
        Action::Csrf => {
            let token = &visit.csrf_token;
            visit.with_cookies(json(StatusCode::OK, &Csrf { token }))
        }
        Action::Providers => json(StatusCode::OK, &visit.providers()),
        Action::Session => session::answer(visit, None).await,
        Action::SignIn if is_v4 || visit.asked.detail.is_none() => sign_in(visit),
        Action::SignOut => match visit.own(BuiltIn::SignOut) {
            Some(own) => visit.redirect(own),
            None => page::sign_out(visit),
        },
        Action::VerifyRequest => verify_request(visit),
        Action::Error => error(visit),
        Action::Callback if is_v4 && visit.provider().is_some() => {
            let message = "Error: Callback for provider type credentials not supported";
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            visit.with_cookies(text(status, message.to_owned()))
        }
        _ => visit.unsupported(),
    }
}

fn sign_in(visit: &Visit<'_>) -> Response {
    let Some(own) = visit.own(BuiltIn::SignIn) else {
        return page::sign_in(visit);
    };
    let callback_url = ("callbackUrl", visit.callback_url.as_str());
    let error = visit.error().filter(|error| !error.is_empty());
    let error = error.map(|error| ("error", error));
    visit.redirect(&with_parameters(
        own,
        [callback_url].into_iter().chain(error),
    ))
}

fn verify_request(visit: &Visit<'_>) -> Response {
    match (visit.own(BuiltIn::VerifyRequest), visit.parts.uri.query()) {
        (None, _) => page::verify_request(visit),
        (Some(own), Some(query)) if visit.asked.dialect == Dialect::V5 => {
            let separator = if own.contains('?') { '&' } else { '?' };
            visit.redirect(&format!("{own}{separator}{query}"))
        }
        (Some(own), _) => visit.redirect(own),
    }
}

fn error(visit: &Visit<'_>) -> Response {
    let error = visit.error();
    let is_of_sign_in = error.is_some_and(|error| ERRORS_OF_SIGN_IN.contains(&error));
    if is_of_sign_in && visit.asked.dialect == Dialect::V4 {
        let error = error.map(|error| ("error", error));
        return visit.redirect(&with_parameters(&visit.url("signin"), error));
    }
    match visit.own(BuiltIn::Error) {
        Some(own) => {
            let error = error.map(|error| ("error", error));
            visit.redirect(&with_parameters(own, error))
        }
        None => visit.with_cookies(page::error(visit, error)),
    }
}
