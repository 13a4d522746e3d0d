//! What the suites of this package share.

mod log;
pub mod newsroom;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use portcullis::{Auth, AuthBuilder, Clock, Router};
use tower::ServiceExt;

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

/// A clock that stands still until it is told to move.
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<AtomicU64>);

impl Default for FakeClock {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(1_800_000_000)))
    }
}

impl FakeClock {
    /// Moves the clock on.
    pub fn advance(&self, duration: Duration) {
        self.0.fetch_add(duration.as_secs(), Ordering::SeqCst);
    }

    /// Moves the clock back.
    pub fn turn_back(&self, duration: Duration) {
        self.0.fetch_sub(duration.as_secs(), Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
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
