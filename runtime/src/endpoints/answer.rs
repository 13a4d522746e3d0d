//! The forms that answers have. None of them may be stored.

use axum::body::Body;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, EXPIRES, HeaderName, HeaderValue, LOCATION, PRAGMA,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, StatusCode};
use serde::Serialize;

use super::action::Dialect;
use super::visit::Visit;
use crate::denial::{BuiltIn, with_parameters};

const RETURN_REDIRECT: HeaderName = HeaderName::from_static("x-auth-return-redirect");

/// Where to go, for clients that go there on their own.
#[derive(Serialize)]
struct Address {
    url: String,
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

impl Visit<'_> {
    /// The way that this request has led to.
    pub(super) fn redirect(&self, to: &str) -> Response {
        self.redirect_as(StatusCode::OK, to)
    }

    /// The same; JSON clients get that status.
    pub(super) fn redirect_as(&self, status: StatusCode, to: &str) -> Response {
        let mut response = self.moved(status, to);
        if self.asked.dialect == Dialect::V5 {
            response.headers_mut().insert(LOCATION, self.location(to));
        }
        self.with_cookies(response)
    }

    /// What Auth.js 5 answers where it gives up: a page that says why, and no cookies.
    pub(super) fn failure(&self, page: BuiltIn, error: &str, code: Option<&str>) -> Response {
        self.failure_as(StatusCode::OK, page, error, code)
    }

    /// The same; JSON clients get that status.
    pub(super) fn failure_as(
        &self,
        status: StatusCode,
        page: BuiltIn,
        error: &str,
        code: Option<&str>,
    ) -> Response {
        let code = code.map(|code| ("code", code));
        let parameters = [("error", error)].into_iter().chain(code);
        let page = with_parameters(&self.page(page), parameters);
        self.moved(status, &self.absolute(&page))
    }

    /// A redirect, or its address as JSON for clients that ask for that.
    pub(super) fn moved(&self, status: StatusCode, to: &str) -> Response {
        if self.wants_json() {
            return json(
                status,
                &Address {
                    url: self.absolute(to),
                },
            );
        }
        let mut response = finished(StatusCode::FOUND, None, Body::empty());
        response.headers_mut().insert(LOCATION, self.location(to));
        response
    }

    pub(super) fn wants_json(&self) -> bool {
        match self.asked.dialect {
            Dialect::V4 => self.form.text("json") == Some("true"),
            Dialect::V5 => self.parts.headers.contains_key(RETURN_REDIRECT),
        }
    }

    /// What cannot be a header leads to the start page.
    fn location(&self, to: &str) -> HeaderValue {
        let start = || HeaderValue::from_str(self.origin).ok();
        let location = HeaderValue::from_str(to).ok().or_else(start);
        location.unwrap_or(HeaderValue::from_static("/"))
    }

    /// The whole address of a path.
    pub(super) fn absolute(&self, to: &str) -> String {
        match to.starts_with('/') {
            true => format!("{}{to}", self.origin),
            false => to.to_owned(),
        }
    }
}

/// A document, or 500 if it cannot be written as JSON.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    match serde_json::to_vec(body) {
        Ok(body) => finished(status, Some(JSON), body.into()),
        Err(_) => finished(StatusCode::INTERNAL_SERVER_ERROR, None, Body::empty()),
    }
}

pub(super) fn text(status: StatusCode, body: String) -> Response {
    const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
    finished(status, Some(TEXT), body.into())
}

pub(super) fn finished(
    status: StatusCode,
    content_type: Option<HeaderValue>,
    body: Body,
) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (CACHE_CONTROL, "private, no-cache, no-store"),
        (PRAGMA, "no-cache"),
        (EXPIRES, "0"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, content_type);
    }
    response
}

/// There is no such endpoint, or not for this method.
pub(super) fn unsupported(dialect: Dialect, method: &Method) -> Response {
    let message = format!("Error: This action with HTTP {method} is not supported by NextAuth.js");
    bad(StatusCode::BAD_REQUEST, dialect, message, "Bad request.")
}

/// The body is no JSON.
pub(super) fn malformed(dialect: Dialect) -> Response {
    let message = "Invalid JSON".to_owned();
    bad(StatusCode::BAD_REQUEST, dialect, message, "Bad request.")
}

/// The body is longer than anybody reads.
pub(super) fn too_long(dialect: Dialect) -> Response {
    const MESSAGE: &str = "Body exceeded 64kb limit";
    bad(
        StatusCode::PAYLOAD_TOO_LARGE,
        dialect,
        MESSAGE.to_owned(),
        MESSAGE,
    )
}

fn bad(status: StatusCode, dialect: Dialect, as_text: String, as_json: &str) -> Response {
    match dialect {
        Dialect::V4 => text(status, as_text),
        Dialect::V5 => json(status, &as_json),
    }
}

/// What clients are told that ask for no page.
pub(super) fn misconfigured(dialect: Dialect) -> Response {
    let message = match dialect {
        Dialect::V4 => {
            "There is a problem with the server configuration. Check the server logs for more information."
        }
        Dialect::V5 => {
            "There was a problem with the server configuration. Check the server logs for more information."
        }
    };
    json(StatusCode::INTERNAL_SERVER_ERROR, &Message { message })
}
