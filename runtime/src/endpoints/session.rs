//! The session, as clients are told of it.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{AUTHORIZATION, SET_COOKIE};
use serde_json::{Value, json as value};

use super::action::Dialect;
use super::answer::json;
use super::visit::Visit;
use crate::server::SessionAnswer;
use crate::session::Untrusted;

/// What a visitor is told who has no session: each client takes the other's word for a session.
pub(super) fn nothing(visit: &Visit<'_>) -> Value {
    match visit.asked.dialect {
        Dialect::V4 => value!({}),
        Dialect::V5 => Value::Null,
    }
}

/// The session of the visitor's cookie, changed by what they sent if they did. Auth.js looks at no bearer
/// token here, so neither do we.
pub(super) async fn answer(visit: &Visit<'_>, update: Option<Value>) -> Response {
    let update = update.map(Untrusted::new);
    let mut head = Cow::Borrowed(visit.parts);
    if head.headers.contains_key(AUTHORIZATION) {
        head.to_mut().headers.remove(AUTHORIZATION);
    }
    let action = visit.auth().session_action(&*head, update);
    let SessionAnswer { session, cookies } = match action.await {
        Ok(answer) => answer,
        Err(error) => return error.into_response(),
    };
    let response = match session {
        Some(session) => json(StatusCode::OK, &session),
        None => json(StatusCode::OK, &nothing(visit)),
    };
    let mut response = visit.with_cookies(response);
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
