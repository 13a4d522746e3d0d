//! The assertion that a request is refused, and what it says when it is not.

use axum::body::Body;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;
use http::{Request, StatusCode};
use portcullis::testing::{assert_refused, visitor};
use portcullis::{Router, User};

use super::app::{App, me};

fn request(method: &str, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.body(Body::empty()).expect("a request")
}

async fn refuses(app: &App, request: Request<Body>) {
    assert_refused(&app.router, request).await;
}

#[tokio::test]
async fn every_kind_of_refusal_counts() {
    for app in App::each() {
        refuses(&app, request("GET", "/me")).await;
        let mut navigation = request("GET", "/page");
        let html = "text/html".parse().expect("a header");
        navigation.headers_mut().insert("accept", html);
        refuses(&app, navigation).await;
        let editor = visitor(&app.auth, User::new(7).with_roles(["editor"]));
        for (method, path) in [("POST", "/vault"), ("GET", "/admin")] {
            let request = editor.sign(request(method, path)).await.expect("signed");
            refuses(&app, request).await;
        }
        let plain = axum::Router::new().route("/me", get(me));
        assert_refused(&plain.with_state(app.auth.clone()), request("GET", "/me")).await;
    }
}

#[tokio::test]
#[should_panic(
    expected = "`GET /` should be refused, but the handler `testing::app::home` answered 200 OK"
)]
async fn a_handler_that_runs_is_named() {
    let [app, _] = App::each();
    refuses(&app, request("GET", "/")).await;
}

#[tokio::test]
#[should_panic(expected = "no guard was asked, answered 404 Not Found")]
async fn a_missing_route_is_no_refusal() {
    let [app, _] = App::each();
    refuses(&app, request("GET", "/nowhere")).await;
}

#[tokio::test]
#[should_panic(expected = "no guard was asked, answered 403 Forbidden")]
async fn a_layer_that_refuses_is_no_guard() {
    let [app, _] = App::each();
    let forbid = from_fn(|_: axum::extract::Request, _| async {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::FORBIDDEN;
        response
    });
    let router: Router = app.router.layer(forbid);
    assert_refused(&router, request("GET", "/me")).await;
}

#[tokio::test]
#[should_panic(expected = "but its guard answered 400 Bad Request")]
async fn a_malformed_request_is_no_refusal() {
    let [app, _] = App::each();
    let mut request = request("GET", "/me");
    let empty = "Bearer".parse().expect("a header");
    request.headers_mut().insert("authorization", empty);
    refuses(&app, request).await;
}
