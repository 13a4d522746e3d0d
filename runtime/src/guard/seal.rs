use axum::response::Response;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, SET_COOKIE, VARY};

use super::Exchange;
use crate::denial::{VARY_BY_CREDENTIAL, identified};
use crate::session::TakenBack;

/// Marks an answer that has nothing left to be added.
#[derive(Clone)]
pub(crate) struct Complete;

/// The way out: finishes what the handler, or an extractor's rejection, answered.
pub(crate) async fn seal(exchange: &Exchange, mut response: Response) -> Response {
    if let Some(taken_back) = response.extensions_mut().remove::<TakenBack>() {
        taken_back.end().await;
    }
    let is_complete = response.extensions_mut().remove::<Complete>().is_some();
    if !exchange.begin_seal() || is_complete {
        return response;
    }
    let is_refusal = exchange.answer(&mut response);
    let runtime = exchange.auth.runtime();
    let cookie = &runtime.cookie;
    if cookie.written_by(response.headers()).is_empty() {
        // Nothing is added to a refusal: what it says to the cookie is in it.
        if is_refusal {
            return response;
        }
        for own in own_cookies(exchange).await {
            response.headers_mut().append(SET_COOKIE, own);
        }
    } else if let Some(presented) = exchange.presented()
        && cookie.is_replaced_by(response.headers(), presented)
    {
        exchange.auth.end_presented(presented).await;
    }
    let headers = response.headers_mut();
    let written = cookie.written_by(headers);
    let sets_cookie = !written.is_empty();
    if sets_cookie {
        // What is left of an earlier session would be read together with the new one.
        for stale in cookie.clearing(exchange.sent.names().without(written)) {
            headers.append(SET_COOKIE, stale);
        }
    }
    // A refusal has said already what it depends on, and that nobody may keep it.
    if !is_refusal && (sets_cookie || exchange.has_asked()) {
        headers.append(VARY, HeaderValue::from_static(VARY_BY_CREDENTIAL));
        // Whatever the handler said of caching, a session cookie is for one visitor. What it said is
        // left as it is: the strictest word counts (RFC 9111 section 5.2.2.5).
        let is_open = sets_cookie && !is_for_nobody_else(headers);
        if is_open || !headers.contains_key(CACHE_CONTROL) {
            headers.append(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        }
    }
    response
}

/// Whether one `Cache-Control` value says already that nobody keeps this for others.
fn is_for_nobody_else(headers: &HeaderMap) -> bool {
    headers.get_all(CACHE_CONTROL).iter().any(|value| {
        let words = value.to_str().unwrap_or_default().split(',').map(str::trim);
        ["private", "no-store"]
            .iter()
            .all(|needed| words.clone().any(|word| word.eq_ignore_ascii_case(needed)))
    })
}

/// What becomes of the visitor's session where the handler says nothing: it is refreshed if that
/// is due, and removed if it is of no more use.
async fn own_cookies(exchange: &Exchange) -> Vec<HeaderValue> {
    let auth = &exchange.auth;
    let runtime = auth.runtime();
    let clearing = || runtime.cookie.clearing(exchange.sent.names());
    if exchange.has_lost_user() {
        return clearing().collect();
    }
    match exchange.outcome_of_cookie().map(identified) {
        Some(Ok(identity)) => auth.refreshed(identity, &exchange.sent).await,
        Some(Err(denial)) if denial.clears_cookie() => clearing().collect(),
        Some(Err(_)) => exchange.given_to_refused(),
        None => Vec::new(),
    }
}
