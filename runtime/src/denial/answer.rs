use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER,
    SET_COOKIE, VARY, WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::{Denial, OnAnonymous, negotiate, page, problem, sign_in_page};
use crate::auth::Runtime;

/// What the answer of a guarded handler depends on.
pub(crate) const VARY_BY_CREDENTIAL: &str = "cookie, authorization";
/// What a refusal depends on besides.
const VARY_BY_CLIENT: &str = "cookie, authorization, accept, sec-fetch-mode";
const VARY_BY_ORIGIN: &str = "sec-fetch-site, origin";
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// What the handler that is refused has to do with the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) on_anonymous: OnAnonymous,
    /// Whether a bearer token would have counted.
    pub(crate) takes_bearer: bool,
}

impl Circumstances {
    /// What holds for a handler that says nothing else.
    pub(crate) const DEFAULT: Self = Self {
        on_anonymous: OnAnonymous::Refuse,
        takes_bearer: true,
    };
}

impl Denial {
    /// The finished response to a request that may not go on.
    pub(crate) fn answer(
        self,
        runtime: &Runtime,
        parts: &Parts,
        circumstances: Circumstances,
    ) -> Response {
        if self == Self::Hidden {
            return StatusCode::NOT_FOUND.into_response();
        }
        let Circumstances {
            on_anonymous,
            takes_bearer,
        } = circumstances;
        let sign_in = self
            .asks_to_sign_in()
            .then(|| runtime.sign_in_page.location(parts, on_anonymous))
            .flatten();
        let is_redirected = on_anonymous != OnAnonymous::Refuse && negotiate::is_page_visit(parts);
        let mut response = match sign_in.as_deref().and_then(sign_in_page::header_value) {
            Some(location) if is_redirected => redirect(location),
            _ if negotiate::prefers_html(&parts.headers) => self.as_page(sign_in.as_deref()),
            _ => self.as_problem_about(parts),
        };
        let status = response.status();
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static(VARY_BY_CLIENT));
        if self == Self::CrossSite {
            headers.append(VARY, HeaderValue::from_static(VARY_BY_ORIGIN));
        }
        if self.clears_cookie() {
            headers.append(SET_COOKIE, runtime.cookie.clearing());
        }
        if let Some(challenge) = runtime.challenges.of(self, takes_bearer)
            && status != StatusCode::SEE_OTHER
        {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }

    /// The response where no request is at hand.
    pub(crate) fn as_problem(self) -> Response {
        self.with_body(problem::MEDIA_TYPE, problem::body(&self.constant(), None))
    }

    fn as_problem_about(self, parts: &Parts) -> Response {
        let instance = sign_in_page::visited(parts).path();
        self.with_body(
            problem::MEDIA_TYPE,
            problem::body(&self.constant(), Some(instance)),
        )
    }

    fn as_page(self, sign_in: Option<&str>) -> Response {
        let mut response = self.with_body(page::MEDIA_TYPE, page::body(&self.constant(), sign_in));
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, page::CONTENT_SECURITY_POLICY);
        response
    }

    fn with_body(self, media_type: &'static str, body: String) -> Response {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.constant().status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        forbid_storing(headers);
        if self == Self::Unavailable {
            headers.insert(RETRY_AFTER, RETRY_SECONDS);
        }
        response
    }
}

fn redirect(location: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(LOCATION, location);
    forbid_storing(response.headers_mut());
    response
}

fn forbid_storing(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
