use axum::response::Response;
use http::header::{CACHE_CONTROL, HeaderValue, SET_COOKIE, VARY};

use super::Exchange;
use crate::denial::{VARY_BY_CREDENTIAL, identified};

/// The way out: finishes what the handler, or an extractor's rejection, answered.
pub(crate) async fn seal(exchange: &Exchange, mut response: Response) -> Response {
    if !exchange.begin_seal() {
        return response;
    }
    let runtime = exchange.auth.runtime();
    let written = runtime.cookie.written_by(response.headers());
    let is_about_a_session = written.is_some() || exchange.has_asked();
    let cookie = match (written, exchange.presented.as_deref()) {
        (Some(written), Some(presented)) => {
            if !written.is_empty() && written != presented.as_bytes() {
                exchange.auth.end_replaced(presented).await;
            }
            None
        }
        (Some(_), None) => None,
        (None, presented) => match exchange.outcome_of_cookie().map(identified) {
            Some(Ok(identity)) => exchange.auth.refreshed(identity, presented).await,
            Some(Err(denial)) if denial.clears_cookie() => Some(runtime.cookie.clearing()),
            _ => None,
        },
    };
    let sets_cookie = written.is_some() || cookie.is_some();
    let headers = response.headers_mut();
    if let Some(cookie) = cookie {
        headers.append(SET_COOKIE, cookie);
    }
    if is_about_a_session {
        headers.append(VARY, HeaderValue::from_static(VARY_BY_CREDENTIAL));
        let private = HeaderValue::from_static("private, no-store");
        // Whatever the handler said of caching, a session cookie is for one visitor.
        if sets_cookie || !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, private);
        }
    }
    response
}
