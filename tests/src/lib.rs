//! What the suites of this package share.

/// The guide's code, which is compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../../docs/nextjs.md")]
#[derive(Debug)]
pub struct NextJsGuide;

/// The guide's code, which is compiled and run with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../../docs/proxy.md")]
#[derive(Debug)]
pub struct ProxyGuide;

pub mod alone;
pub mod application;
pub mod authjs;
pub mod browser;
/// The suites that also run without the test kit borrow its clock.
#[cfg(not(feature = "testing"))]
#[path = "../../runtime/src/testing/clock.rs"]
mod clock;
pub mod handlers;
mod log;
pub mod newsroom;
pub mod nextauth;
mod node;
pub mod running;
pub mod servers;

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
#[cfg(not(feature = "testing"))]
use portcullis::Clock;
#[cfg(feature = "testing")]
pub use portcullis::testing::FakeClock;
use portcullis::{Auth, AuthBuilder, Router};
use tower::ServiceExt;

#[cfg(not(feature = "testing"))]
pub use self::clock::FakeClock;
pub use self::log::{Log, Logging};

/// The secret of all suites.
pub const SECRET: &str = "8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE=";
/// The origin of all suites.
pub const ORIGIN: &str = "http://localhost:3000";

/// A configuration for tests, measured by `clock`.
pub fn builder(clock: &FakeClock) -> AuthBuilder {
    Auth::builder()
        .secret(SECRET)
        .origin(ORIGIN)
        .environment(|_| None)
        .clock(clock.clone())
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Answer {
    /// The only value of a header, or the empty string.
    pub fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        let value = values
            .next()
            .map_or("", |value| value.to_str().expect("a textual header"));
        assert!(
            values.next().is_none(),
            "`{name}` arrived more than once: {:?}",
            self.headers
        );
        value
    }

    /// The `code` of a problem document.
    pub fn code(&self) -> String {
        let problem: serde_json::Value =
            serde_json::from_str(&self.body).expect("a problem document");
        problem["code"].as_str().expect("a code").to_owned()
    }

    /// All `Set-Cookie` values.
    pub fn cookies(&self) -> Vec<&str> {
        let values = self.headers.get_all(header::SET_COOKIE).iter();
        values
            .map(|value| value.to_str().expect("a textual cookie"))
            .collect()
    }

    /// The `name=value` of the only cookie that is set.
    pub fn cookie(&self) -> String {
        let cookies = self.cookies();
        assert_eq!(cookies.len(), 1, "{cookies:?}");
        cookies[0]
            .split(';')
            .next()
            .expect("a first part")
            .to_owned()
    }

    /// Whether the visitor is told to forget the session cookie.
    pub fn clears_cookie(&self) -> bool {
        self.cookies()
            .iter()
            .any(|cookie| cookie.starts_with("session=;") && cookie.contains("Max-Age=0"))
    }
}

/// Sends a request through a router, without a socket.
pub async fn send(app: &Router, request: http::request::Builder) -> Answer {
    send_body(app, request, Body::empty()).await
}

/// Sends a request with a body through a router, without a socket.
pub async fn send_body(app: &Router, request: http::request::Builder, body: Body) -> Answer {
    let request = request.body(body).expect("a request");
    let response: Response = app
        .clone()
        .oneshot(request)
        .await
        .expect("routers do not fail");
    read(response).await
}

/// Reads a response to its end.
pub async fn read(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let body = String::from_utf8(body.to_vec()).expect("a textual body");
    Answer {
        status: parts.status,
        headers: parts.headers,
        body,
    }
}

/// A `GET` request.
pub fn get(path: &str) -> http::request::Builder {
    Request::get(path)
}

/// A `POST` request.
pub fn post(path: &str) -> http::request::Builder {
    Request::post(path)
}

/// A body that panics when anybody tries to read it.
#[derive(Debug)]
pub struct Untouchable;

impl http_body::Body for Untouchable {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        panic!("the body was read");
    }
}
