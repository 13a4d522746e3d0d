//! The guard comes first: before every extractor, and before the body.

use axum::body::Body;
use http::StatusCode;
use portcullis::User;
use portcullis_tests::{Untouchable, post, send_body};

use crate::app::App;

#[tokio::test]
async fn malformed_json_of_a_stranger_is_401_and_its_body_is_never_read() {
    for app in App::each().await {
        let request = || post("/write").header("content-type", "application/json");
        let untouched = send_body(&app.router, request(), Body::new(Untouchable)).await;
        assert_eq!(
            (untouched.status, untouched.code()),
            (StatusCode::UNAUTHORIZED, "unauthenticated".to_owned())
        );
        let malformed = send_body(&app.router, request(), "{".into()).await;
        assert_eq!(malformed.status, StatusCode::UNAUTHORIZED);
        assert_eq!(app.runs.count(), 0);
    }
}

#[tokio::test]
async fn who_may_not_gets_403_before_400_and_who_may_gets_400() {
    for app in App::each().await {
        let reader = app.sign_in(User::new(1)).await;
        let writer = app
            .sign_in(User::new(2).with_permissions(["post:write"]))
            .await;
        let banned = app
            .sign_in(
                User::new(3)
                    .with_permissions(["post:write"])
                    .with_roles(["banned"]),
            )
            .await;
        for (cookie, body, status) in [
            (&reader, "{", StatusCode::FORBIDDEN),
            (&banned, "{}", StatusCode::FORBIDDEN),
            (&writer, "{", StatusCode::BAD_REQUEST),
            (&writer, r#"{"a":1}"#, StatusCode::OK),
        ] {
            let request = post("/write")
                .header("content-type", "application/json")
                .header("cookie", cookie);
            assert_eq!(
                send_body(&app.router, request, body.into()).await.status,
                status,
                "{body}"
            );
        }
        let request = post("/write")
            .header("content-type", "application/json")
            .header("cookie", &reader);
        let untouched = send_body(&app.router, request, Body::new(Untouchable)).await;
        assert_eq!(
            (untouched.status, app.runs.count()),
            (StatusCode::FORBIDDEN, 1)
        );
    }
}

#[tokio::test]
async fn a_cross_site_body_is_never_read() {
    let app = App::jwt();
    let cookie = app
        .sign_in(User::new(2).with_permissions(["post:write"]))
        .await;
    let request = post("/write")
        .header("content-type", "application/json")
        .header("cookie", cookie)
        .header("sec-fetch-site", "cross-site");
    let answer = send_body(&app.router, request, Body::new(Untouchable)).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::FORBIDDEN, "cross_site".to_owned())
    );
}

#[tokio::test]
async fn a_rejected_extractor_still_refreshes_the_session() {
    let app = App::database().await;
    let cookie = app
        .sign_in(User::new(2).with_permissions(["post:write"]))
        .await;
    app.clock
        .advance(std::time::Duration::from_secs(2 * 24 * 60 * 60));
    let request = post("/write")
        .header("content-type", "application/json")
        .header("cookie", &cookie);
    let answer = send_body(&app.router, request, "{".into()).await;
    assert_eq!(
        (answer.status, answer.cookie()),
        (StatusCode::BAD_REQUEST, cookie)
    );
}
