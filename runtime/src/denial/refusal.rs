//! What an application may say in its own words.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use super::{Constant, negotiate, pages, problem};
use crate::guard::Requirement;

/// Replaces the body of refusals, for the whole application.
pub(crate) type OnDeniedHook = Arc<dyn Fn(&Refusal<'_>) -> Option<RefusalBody> + Send + Sync>;

/// A refusal that is about to be answered, as
/// [`AuthBuilder::on_denied`](crate::AuthBuilder::on_denied) sees it. Its status and headers are
/// decided.
pub struct Refusal<'a> {
    pub(super) constant: &'a Constant,
    pub(super) parts: &'a Parts,
    pub(super) sign_in: Option<&'a str>,
    pub(super) required: Option<&'static Requirement>,
}

impl Refusal<'_> {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.constant.status
    }

    /// The stable name of the reason, such as `forbidden`.
    pub fn code(&self) -> &'static str {
        self.constant.code
    }

    /// The reason in one sentence, for people.
    pub fn detail(&self) -> &'static str {
        self.constant.detail
    }

    /// The path that was asked for.
    pub fn path(&self) -> &str {
        pages::visited(self.parts).path()
    }

    /// The rule in words, if it is the reason and
    /// [`expose_requirements`](crate::AuthBuilder::expose_requirements) is on.
    pub fn required(&self) -> Option<impl fmt::Display + use<>> {
        self.required
    }

    /// The headers of the request.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// Whether the client would rather have HTML than JSON.
    pub fn prefers_html(&self) -> bool {
        negotiate::prefers_html(&self.parts.headers)
    }

    /// The page where signing in would help, with the way back.
    pub fn sign_in(&self) -> Option<&str> {
        self.sign_in
    }
}

/// Without the headers, which carry the credential.
impl fmt::Debug for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("status", &self.status())
            .field("code", &self.code())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// The body of a refusal, and its media type.
#[derive(Debug)]
pub struct RefusalBody {
    pub(super) content_type: HeaderValue,
    pub(super) body: Body,
}

impl RefusalBody {
    /// A body of any media type.
    pub fn new(content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self {
            content_type,
            body: Body::from(body.into()),
        }
    }

    /// A page.
    pub fn html(page: impl Into<String>) -> Self {
        Self::new(
            HeaderValue::from_static("text/html; charset=utf-8"),
            page.into(),
        )
    }

    /// A problem document (RFC 9457); `None` if `problem` cannot be written as JSON.
    pub fn problem(problem: &impl Serialize) -> Option<Self> {
        let body = serde_json::to_vec(problem).ok()?;
        Some(Self::new(
            HeaderValue::from_static(problem::MEDIA_TYPE),
            body,
        ))
    }
}
