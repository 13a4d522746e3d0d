use axum::body::Body;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER,
    SET_COOKIE, VARY, WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode};

use super::pages::header_value;
use super::{
    Denial, OnAnonymous, Pages, Refusal, RefusalBody, Unanswered, negotiate, page, problem,
};
use crate::auth::Runtime;
use crate::guard::Requirement;

/// What the answer of a guarded handler depends on.
pub(crate) const VARY_BY_CREDENTIAL: &str = "cookie, authorization";
/// What a refusal depends on besides.
const VARY_BY_CLIENT: &str = "cookie, authorization, accept, sec-fetch-mode, hx-request";
const VARY_BY_ORIGIN: &str = "sec-fetch-site, origin";
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// What the handler that is refused has to do with the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Circumstances {
    pub(crate) on_anonymous: OnAnonymous,
    /// Whether a bearer token would have counted.
    pub(crate) takes_bearer: bool,
    /// Whether a cookie would have, so that signing in helps.
    pub(crate) takes_cookie: bool,
    /// What had to be met.
    pub(crate) requirement: Option<&'static Requirement>,
    /// The pages that take the place of the application's.
    pub(crate) pages: Option<&'static Pages>,
}

impl Circumstances {
    /// What holds for a handler that says nothing else.
    pub(crate) const DEFAULT: Self = Self {
        on_anonymous: OnAnonymous::Refuse,
        takes_bearer: true,
        takes_cookie: true,
        requirement: None,
        pages: None,
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
        let Circumstances {
            on_anonymous,
            takes_bearer,
            takes_cookie,
            requirement,
            pages,
        } = circumstances;
        let pages = pages.unwrap_or(&runtime.pages);
        let way_in = pages.way_in(self, on_anonymous, parts, &runtime.origin);
        let is_page = on_anonymous != OnAnonymous::Refuse;
        let elsewhere = match self {
            _ if !negotiate::is_page_visit(parts) => None,
            Self::StepUp { .. } if takes_cookie => way_in.as_deref().and_then(header_value),
            Self::Forbidden | Self::InsufficientScope(_) => {
                pages.way_out(parts).as_deref().and_then(header_value)
            }
            _ => way_in.as_deref().filter(|_| is_page).and_then(header_value),
        };
        let is_redirected = elsewhere.is_some();
        let mut response = match elsewhere {
            Some(location) => redirect(location),
            None => {
                let constant = self.constant();
                let refusal = Refusal {
                    constant: &constant,
                    parts,
                    sign_in: way_in.as_deref(),
                    required: requirement
                        .filter(|_| runtime.expose_requirements && self.is_about_the_rule()),
                };
                self.as_body(runtime, &refusal)
            }
        };
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static(VARY_BY_CLIENT));
        if matches!(self, Self::CrossSite) {
            headers.append(VARY, HeaderValue::from_static(VARY_BY_ORIGIN));
        }
        if self.clears_cookie() {
            for cookie in runtime
                .cookie
                .clearing(runtime.cookie.sent(&parts.headers).names())
            {
                headers.append(SET_COOKIE, cookie);
            }
        }
        if is_redirected {
            return response;
        }
        if let Some(challenge) = runtime.challenges.of(self, takes_bearer) {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        // Scripts cannot be redirected; they are told where the page would have gone.
        let is_page = is_page || matches!(self, Self::StepUp { .. }) && takes_cookie;
        if is_page && let Some(location) = way_in.as_deref().and_then(header_value) {
            let name = match negotiate::is_by_htmx(parts) {
                true => HX_REDIRECT,
                false => LOCATION,
            };
            headers.insert(name, location);
        }
        response
    }

    /// The refusal itself, in the client's format and, if it likes, the application's words.
    fn as_body(self, runtime: &Runtime, refusal: &Refusal<'_>) -> Response {
        let replaced = runtime.on_denied.as_ref().and_then(|body| body(refusal));
        match replaced {
            Some(RefusalBody { content_type, body }) => self.with_body(content_type, body),
            None if refusal.prefers_html() => {
                let body = Body::from(page::body(refusal.constant, refusal.sign_in));
                let mut response = self.with_body(page::MEDIA_TYPE, body);
                let headers = response.headers_mut();
                headers.insert(CONTENT_SECURITY_POLICY, page::CONTENT_SECURITY_POLICY);
                response
            }
            None => {
                let body = problem::body_about(refusal);
                self.with_body(HeaderValue::from_static(problem::MEDIA_TYPE), body.into())
            }
        }
    }

    /// The response where no request is at hand: where one is, it is [answered](Unanswered) still.
    pub(crate) fn as_problem(self) -> Response {
        let body = problem::body(&self.constant());
        let mut response =
            self.with_body(HeaderValue::from_static(problem::MEDIA_TYPE), body.into());
        response.extensions_mut().insert(Unanswered(self));
        response
    }

    fn with_body(self, content_type: HeaderValue, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = self.constant().status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, content_type);
        forbid_storing(headers);
        if matches!(self, Self::Unavailable) {
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
