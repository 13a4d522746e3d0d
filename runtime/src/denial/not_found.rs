//! Hiding what is there: the answer of the application to what is not.

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use tower::ServiceExt;

use super::pages::visited;
use crate::guard::Exchange;

/// What the application answers to paths that it does not know: a router of its fallbacks alone. It
/// travels in the extensions of requests to routers that have something to hide.
#[derive(Clone)]
pub(crate) struct NotFound(pub(crate) Router);

impl NotFound {
    /// The answer to this request if there were no such route, with nothing added. The body is not
    /// passed on, for it was not read.
    pub(crate) async fn answer(parts: &Parts) -> Response {
        let Some(Self(router)) = parts.extensions.get::<Self>().cloned() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let mut request = http::Request::new(Body::empty());
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = visited(parts).clone();
        *request.version_mut() = parts.version;
        *request.headers_mut() = parts.headers.clone();
        *request.extensions_mut() = parts.extensions.clone();
        Exchange::forget(request.extensions_mut());
        // A fallback that hides itself is not asked once more.
        request.extensions_mut().remove::<Self>();
        match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
