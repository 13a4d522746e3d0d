//! Layers around what is no router: static files, and any other service.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use axum::extract::Request;
use axum::response::IntoResponse;
use http::Response;
use http_body_util::Full;
use portcullis::{Auth, Router, User, guard};
use portcullis_tests::{FakeClock, builder, read};
use tower::{Layer, Service, ServiceExt};
use tower_http::services::ServeDir;

use super::{ask, cookie};

fn auth() -> Auth {
    builder(&FakeClock::default()).build().expect("usable")
}

fn request(path: &str, cookie: &str) -> Request {
    let request = Request::get(path).header("cookie", cookie);
    request.body(Body::empty()).expect("a request")
}

#[tokio::test]
async fn static_files_are_for_who_is_signed_in() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("public")).expect("a folder");
    for name in ["plan.txt", "public/logo.txt"] {
        std::fs::write(folder.path().join(name), name).expect("a file");
    }
    let auth = auth();
    let files = auth
        .require_session()
        .skip("/files/public")
        .layer(ServeDir::new(folder.path()));
    let plain = axum::Router::new().nest_service("/files", files.clone());
    let strict: Router = Router::new()
        .guarded_service("/files", guard!(), files_of(folder.path()))
        .with_state(auth.clone());
    let cookie = cookie(&auth, User::new("7")).await;
    for path in [
        "/files/plan.txt",
        "/files/public/../plan.txt",
        "/files/public/%2e%2e/plan.txt",
    ] {
        let answer = ask(plain.clone(), request(path, "")).await;
        assert_eq!(answer.status.as_u16(), 401, "{path}");
    }
    for answer in [
        ask(plain.clone(), request("/files/plan.txt", &cookie)).await,
        ask(strict.clone(), request("/files/plan.txt", &cookie)).await,
    ] {
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, "plan.txt"));
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.header("content-type"), "text/plain");
    }
    let open = ask(plain, request("/files/public/logo.txt", "")).await;
    assert_eq!(
        (&*open.body, open.header("cache-control")),
        ("public/logo.txt", "")
    );
    // Without a router around it, the path is the whole one.
    let answer = files.oneshot(request("/plan.txt", "")).await.expect("read");
    assert_eq!(answer.status().as_u16(), 401);
}

fn files_of(
    folder: &std::path::Path,
) -> impl Service<Request, Response: IntoResponse, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    ServiceExt::<Request>::map_err(ServeDir::new(folder), |error| panic!("{error}"))
}

type Text = http::Request<&'static str>;

/// A service with a body of its own, which is ready only for the one who asked whether it is.
#[derive(Default)]
struct Shy {
    is_ready: bool,
    was_called_unready: Arc<AtomicBool>,
}

impl Clone for Shy {
    fn clone(&self) -> Self {
        Self {
            is_ready: false,
            was_called_unready: Arc::clone(&self.was_called_unready),
        }
    }
}

impl<B> Service<http::Request<B>> for Shy {
    type Response = Response<Full<axum::body::Bytes>>;
    type Error = std::io::Error;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        self.was_called_unready
            .fetch_or(!self.is_ready, Ordering::SeqCst);
        std::future::ready(match request.uri().path() {
            "/broken" => Err(std::io::Error::other("broken")),
            path => Ok(Response::new(Full::from(path.to_owned()))),
        })
    }
}

#[tokio::test]
async fn every_service_whose_answer_is_one_can_be_guarded() {
    let auth = auth();
    let shy = Shy::default();
    let mut service = auth.require_session().layer(shy.clone());
    let cookie = cookie(&auth, User::new("7")).await;
    for (cookie, status) in [(&*cookie, 200), ("", 401), (&*cookie, 200)] {
        let request = request("/a", cookie).map(|_| "a body of another type");
        let answer = ServiceExt::<Text>::ready(&mut service).await;
        let answer = answer.expect("ready").call(request).await;
        assert_eq!(answer.expect("answered").status().as_u16(), status);
    }
    assert!(!shy.was_called_unready.load(Ordering::SeqCst));
    let failed = service.clone().oneshot(request("/broken", &cookie)).await;
    assert_eq!(failed.expect_err("its own error").to_string(), "broken");
    let refused = service.oneshot(request("/broken", "")).await;
    assert_eq!(refused.expect("answered").status().as_u16(), 401);
}

#[tokio::test]
async fn a_finished_router_can_be_guarded_from_outside() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/in", portcullis::routing::get(super::open))
        .with_state(auth.clone());
    let cookie = cookie(&auth, User::new("7")).await;
    let service = auth.require(guard!(role = "admin")).layer(app);
    for (cookie, status) in [("", 401), (&*cookie, 403)] {
        let answer = service.clone().oneshot(request("/in", cookie)).await;
        let answer = read(answer.into_response()).await;
        assert_eq!(answer.status.as_u16(), status);
    }
}
