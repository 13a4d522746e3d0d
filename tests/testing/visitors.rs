//! Signed requests, and guards for handlers that are called as functions.

use std::time::Duration;

use axum::Router as AxumRouter;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::get;
use http::{Request, StatusCode};
use portcullis::testing::{Visitor, pass, visitor};
use portcullis::{AuthError, User};
use portcullis_tests::{Answer, read};
use tower::ServiceExt;

use super::app::{App, edit, me};

fn admin() -> User {
    User::new(7).with_roles(["admin"])
}

async fn send(app: &App, request: Request<Body>) -> Answer {
    let response = app.router.clone().oneshot(request).await;
    read(response.expect("routers do not fail")).await
}

fn request(method: &str, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.body(Body::empty()).expect("a request")
}

async fn by_cookie(app: &App, visitor: &Visitor, method: &str, path: &str) -> Answer {
    let request = visitor.sign(request(method, path)).await;
    send(app, request.expect("signed")).await
}

async fn by_bearer(app: &App, visitor: &Visitor, method: &str, path: &str) -> Answer {
    let request = visitor.sign_bearer(request(method, path)).await;
    send(app, request.expect("signed")).await
}

#[tokio::test]
async fn a_visitor_is_who_the_test_says() {
    for app in App::each() {
        let ada = visitor(&app.auth, admin()).acr("phr");
        let whole = r#"7 ["admin"] Some("phr")"#;
        assert_eq!(by_cookie(&app, &ada, "GET", "/me").await.body, whole);
        assert_eq!(by_bearer(&app, &ada, "GET", "/me").await.body, whole);
        let reader = visitor(&app.auth, User::new(8).with_scopes(["posts:read"]));
        assert_eq!(by_bearer(&app, &reader, "GET", "/feed").await.body, "feed");
    }
}

#[tokio::test]
async fn age_and_strength_are_what_step_up_looks_at() {
    for app in App::each() {
        let ada = visitor(&app.auth, admin());
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let status =
            async |visitor: Visitor| by_cookie(&app, &visitor, "POST", "/vault").await.status;
        let strong = || ada.clone().acr("phr");
        assert_eq!(status(strong()).await, StatusCode::OK);
        let recent = strong().authenticated_ago(minutes(14));
        assert_eq!(status(recent).await, StatusCode::OK);
        let old = strong().authenticated_ago(minutes(15));
        assert_eq!(status(old).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status(ada.clone()).await, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_expired_session_is_refused_as_expired() {
    for app in App::each() {
        let late = visitor(&app.auth, admin()).expired();
        assert_eq!(
            by_cookie(&app, &late, "GET", "/me").await.code(),
            "session_expired"
        );
        assert_eq!(
            by_bearer(&app, &late, "GET", "/me").await.code(),
            "token_expired"
        );
    }
}

#[tokio::test]
async fn sessions_last_as_long_as_any_other() {
    for app in App::each() {
        let ada = visitor(&app.auth, admin());
        let cookie = ada.cookie().await.expect("signed in");
        let visit = async || {
            let mut request = request("GET", "/me");
            let cookie = cookie.parse().expect("a header");
            request.headers_mut().insert("cookie", cookie);
            send(&app, request).await.status
        };
        assert_eq!(visit().await, StatusCode::OK);
        app.clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
        assert_eq!(visit().await, StatusCode::UNAUTHORIZED);
        app.clock.turn_back(Duration::MAX);
    }
}

#[tokio::test]
async fn other_cookies_stay_beside_the_session() {
    let [app, _] = App::each();
    let mut request = request("GET", "/me");
    let theme = "theme=dark".parse().expect("a header");
    request.headers_mut().insert("cookie", theme);
    let ada = visitor(&app.auth, admin());
    let request = ada.sign(request).await.expect("signed");
    let cookies: Vec<_> = request.headers().get_all("cookie").iter().collect();
    assert_eq!(
        cookies.first().map(|value| value.as_bytes()),
        Some(&b"theme=dark"[..])
    );
    assert_eq!(send(&app, request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_that_one_cookie_cannot_hold_is_several() {
    for app in App::each() {
        let large = visitor(&app.auth, User::new(7).with("notes", "x".repeat(9_000)));
        assert_eq!(
            by_cookie(&app, &large, "GET", "/me").await.body,
            "7 [] None"
        );
        let late = large.expired();
        let answer = by_cookie(&app, &late, "GET", "/me").await;
        assert_eq!(answer.code(), "session_expired");
    }
}

#[tokio::test]
async fn whoever_cannot_be_signed_in_cannot_be_tested_with() {
    for app in App::each() {
        let nobody = visitor(&app.auth, User::default()).cookie().await;
        assert!(matches!(nobody, Err(AuthError::UserIdEmpty)), "{nobody:?}");
    }
}

#[tokio::test]
async fn a_plain_axum_router_and_a_real_socket_take_them_too() {
    for app in App::each() {
        let ada = visitor(&app.auth, admin());
        let plain = AxumRouter::new()
            .route("/me", get(me))
            .layer(app.auth.layer())
            .with_state(app.auth.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(async move { axum::serve(listener, plain).await });
        let response = reqwest::Client::new()
            .get(format!("http://{address}/me"))
            .header("cookie", ada.cookie().await.expect("signed in"))
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.text().await.expect("text"), r#"7 ["admin"] None"#);
        server.abort();
    }
}

#[tokio::test]
async fn a_handler_can_be_called_as_a_function() {
    assert_eq!(edit(pass(), Path(1)).await, "edited 1");
}

#[test]
fn nothing_of_a_visitor_is_shown_but_the_id() {
    let [app, _] = App::each();
    let shown = format!(
        "{:?}",
        visitor(&app.auth, admin().with_email("ada@example.org"))
    );
    assert!(shown.contains('7') && !shown.contains("ada@"), "{shown}");
}
