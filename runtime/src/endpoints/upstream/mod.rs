//! The endpoints where an upstream keeps the sessions: requests to its routes are handed on to it, and to
//! nothing else of it.

mod headers;
mod location;

use axum::body::Body;
use axum::response::Response;
use http::header::{ALLOW, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use http::request::Parts;
use http::{HeaderValue, Method};

use self::location::{Astray, Destinations};
use super::action::Action;
use super::providers::visitor;
use super::routes::{Answerer, Route};
use super::visit::origin_as_visited;
use crate::auth::Runtime;
use crate::credential::{AuthCookies, Credential, Source, find};
use crate::denial::{Denial, NotForwarded};
use crate::guard::Exchange;
use crate::session::{ForwardError, Forwarded, Upstream};

/// Hands a request on, and gives what comes back.
pub(super) async fn answer(
    exchange: &Exchange,
    upstream: &Upstream,
    parts: &Parts,
    body: Body,
    route: Option<Route<'_>>,
) -> Response {
    let Some(route) = route else {
        return NotForwarded::NoRoute.answer();
    };
    if !route.takes(parts.method.as_str(), Answerer::Upstream) {
        let mut response = NotForwarded::Method.answer();
        response.headers_mut().insert(ALLOW, route.allow());
        return response;
    }
    let visit = Visit {
        exchange,
        runtime: exchange.auth.pinned_runtime(),
        upstream,
        parts,
        route,
    };
    // Also if the visitor does not wait for the answer: the upstream may have done it by then.
    let changes_sessions = route.changes_sessions(&parts.method);
    let forgetting = changes_sessions.then(|| Forgetting(&visit));
    let forwarded = visit.forward(body).await;
    let ends_session = forwarded
        .as_ref()
        .is_ok_and(|response| visit.ends_what_is_known(response));
    let answer = match forwarded {
        Ok(response) => visit.handed_down(response),
        Err(ForwardError::TooLong) => NotForwarded::TooLong.answer(),
        Err(ForwardError::Stalled) => {
            tracing::debug!(target: "portcullis::upstream", route = route.path(), "the visitor's body stopped");
            NotForwarded::Stalled.answer()
        }
        Err(ForwardError::Upstream(error)) => {
            let (upstream, route) = (&upstream.address().base, route.path());
            tracing::error!(target: "portcullis::upstream", %upstream, route, %error, "not forwarded");
            Denial::Unavailable.as_problem()
        }
    };
    if changes_sessions || ends_session {
        visit.outdate(answer.headers());
    }
    if ends_session {
        visit.forget();
    }
    drop(forgetting);
    answer
}

/// Drops what is known of the visitor's session when the request is over, however it ends.
struct Forgetting<'a>(&'a Visit<'a>);

impl Drop for Forgetting<'_> {
    fn drop(&mut self) {
        self.0.forget();
    }
}

struct Visit<'a> {
    exchange: &'a Exchange,
    runtime: &'a Runtime,
    upstream: &'a Upstream,
    parts: &'a Parts,
    route: Route<'a>,
}

impl Visit<'_> {
    fn cookies(&self) -> AuthCookies<'_> {
        let Runtime {
            cookie,
            companions,
            profile,
            ..
        } = self.runtime;
        AuthCookies::new(cookie, companions, profile.passing_cookies())
    }

    async fn forward(&self, body: Body) -> Result<Response, ForwardError> {
        let Parts {
            method,
            uri,
            headers,
            ..
        } = self.parts;
        let mut ours = self.upstream.headers_of(headers);
        if *method == Method::POST {
            // Whether a page of another site sent it has been decided here.
            let origin = HeaderValue::try_from(self.runtime.origin.to_string());
            ours.extend(origin.ok().map(|origin| (ORIGIN, origin)));
        }
        let visitor = visitor(self.parts, &self.runtime.trusted_proxies);
        let request = Forwarded {
            method: method.clone(),
            path: &self.route.path(),
            query: uri.query(),
            headers: headers::up(headers, self.cookies(), ours, visitor),
            // Of other requests it would mean nothing (RFC 9110 section 9.3.1).
            body: match *method {
                Method::POST => body,
                _ => Body::empty(),
            },
        };
        self.upstream.forward(request).await
    }

    /// Whether what was said of the visitor's session may be true no longer. A session that is only told of
    /// goes on, also where its cookie is written anew.
    fn ends_what_is_known(&self, response: &Response) -> bool {
        let cookie = &self.runtime.cookie;
        match self.route.action() {
            Action::Session => cookie.is_removed_by(response.headers()),
            _ => !cookie.written_by(response.headers()).is_empty(),
        }
    }

    /// The visitor's token is old where the answer gives another, or takes it away: another request may have
    /// been sent with it before, and come later.
    fn outdate(&self, answer: &HeaderMap) {
        let headers = &self.parts.headers;
        let sent = self.exchange.sent(headers);
        let Credential::Present { token, .. } = find(headers, &sent, &[Source::Cookie]) else {
            return;
        };
        let cookie = &self.runtime.cookie;
        let given = cookie.tokens_in(answer.get_all(SET_COOKIE));
        if cookie.is_removed_by(answer) || given.iter().any(|given| given != token) {
            self.upstream.outdate(token);
        }
    }

    fn forget(&self) {
        let headers = &self.parts.headers;
        let sent = self.exchange.sent(headers);
        for source in [Source::Cookie, Source::Bearer] {
            if let Credential::Present { token, .. } = find(headers, &sent, &[source]) {
                self.upstream.forget(token);
            }
        }
        let companions = &self.runtime.companions;
        self.upstream.forget_browser(companions, headers);
    }

    /// The upstream's answer, as far as it is the visitor's to see.
    fn handed_down(&self, mut response: Response) -> Response {
        let location = match self.location(&response) {
            Ok(location) => location,
            Err(error) => {
                tracing::error!(
                    target: "portcullis::upstream",
                    %error,
                    route = self.route.path(),
                    "the upstream's answer is not passed on"
                );
                return self.without_location(response.headers());
            }
        };
        let mut headers = self.down(response.headers());
        headers.extend(location.map(|location| (LOCATION, location)));
        *response.headers_mut() = headers;
        response
    }

    /// The answer to a visitor who is sent nowhere, and out if that is what they have come for.
    fn without_location(&self, upstream: &HeaderMap) -> Response {
        let mut response = NotForwarded::Location.answer();
        let (headers, cookie) = (self.down(upstream), &self.runtime.cookie);
        if cookie.is_removed_by(&headers) {
            let cookies = headers.get_all(SET_COOKIE).iter();
            for removal in cookies.filter(|value| cookie.is_set_by(value)) {
                response.headers_mut().append(SET_COOKIE, removal.clone());
            }
        }
        response
    }

    fn down(&self, upstream: &HeaderMap) -> HeaderMap {
        headers::down(upstream, self.cookies(), &self.parts.method)
    }

    fn location(&self, response: &Response) -> Result<Option<HeaderValue>, Astray> {
        let mut locations = response.headers().get_all(LOCATION).iter();
        let (location, more) = (locations.next(), locations.next());
        if more.is_some() {
            return Err(Astray::Unreadable);
        }
        let Some(location) = location else {
            return Ok(None);
        };
        let visited = origin_as_visited(self.runtime, self.parts);
        let destinations = Destinations::new(self.runtime, visited, self.upstream);
        let here = format!("{}{}", self.runtime.base_path, self.route.path());
        destinations.leading_to(location, &here).map(Some)
    }
}
