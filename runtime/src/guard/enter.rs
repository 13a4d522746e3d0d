use std::sync::Arc;

use axum::response::Response;
use http::header::{CACHE_CONTROL, HeaderValue, SET_COOKIE, VARY};
use http::request::Parts;

use super::evaluate::{Facts, Verdict, evaluate};
use super::{Access, Declaration, Exchange, Requirement, cross_site};
use crate::auth::Auth;
use crate::credential::Source;
use crate::denial::{Denial, OnAnonymous, VARY_BY_CREDENTIAL, identified};
use crate::session::Outcome;

/// The way in: decides whether the request may go on to the handler.
///
/// # Errors
/// The finished refusal.
pub(crate) async fn enter(
    parts: &mut Parts,
    auth: Auth,
    declaration: &'static Declaration,
) -> Result<Arc<Exchange>, Response> {
    let exchange = Exchange::of(parts, auth);
    match admit(&exchange, parts, declaration).await {
        Ok(()) => Ok(exchange),
        Err(denial) => {
            let on_anonymous = match declaration.access {
                Access::Guarded { on_anonymous, .. } => on_anonymous,
                Access::Public { .. } => OnAnonymous::Refuse,
            };
            tracing::info!(
                target: "portcullis::decision",
                handler = declaration.handler,
                method = %parts.method,
                code = denial.code(),
                "denied"
            );
            Err(denial.answer(exchange.auth.runtime(), parts, on_anonymous))
        }
    }
}

async fn admit(
    exchange: &Exchange,
    parts: &Parts,
    declaration: &'static Declaration,
) -> Result<(), Denial> {
    if cross_site::is_refused(parts, exchange.auth.runtime()) {
        return Err(Denial::CrossSite);
    }
    match &declaration.access {
        Access::Public { .. } => Ok(()),
        Access::Guarded { requirement, .. } => {
            authorize(exchange.outcome(&parts.headers).await, requirement)
        }
    }
}

fn authorize(outcome: &Outcome, requirement: &Requirement) -> Result<(), Denial> {
    let identity = identified(outcome)?;
    match evaluate(requirement, Facts::from(identity.as_ref())) {
        Verdict::Granted => Ok(()),
        Verdict::Denied => Err(Denial::Forbidden),
    }
}

/// The way out: finishes what the handler, or an extractor's rejection, answered.
pub(crate) async fn seal(exchange: &Exchange, mut response: Response) -> Response {
    if !exchange.begin_seal() {
        return response;
    }
    let runtime = exchange.auth.runtime();
    let written = runtime.cookie.written_by(response.headers());
    let is_about_a_session = written.is_some() || exchange.known_outcome().is_some();
    let cookie = match (written, exchange.presented.as_deref()) {
        (Some(written), Some(presented)) => {
            if !written.is_empty() && written != presented.as_bytes() {
                exchange.auth.end_replaced(presented).await;
            }
            None
        }
        (Some(_), None) => None,
        (None, presented) => match exchange.known_outcome().map(identified) {
            Some(Ok(identity)) if identity.source == Source::Cookie => {
                exchange.auth.refreshed(identity, presented).await
            }
            Some(Err(denial)) if denial.clears_cookie() => Some(runtime.cookie.clearing()),
            _ => None,
        },
    };
    let headers = response.headers_mut();
    if let Some(cookie) = cookie {
        headers.append(SET_COOKIE, cookie);
    }
    if is_about_a_session {
        headers.append(VARY, HeaderValue::from_static(VARY_BY_CREDENTIAL));
        headers
            .entry(CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("private, no-store"));
    }
    response
}
