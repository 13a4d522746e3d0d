use axum::body::Body;
use http::{Method, Request, StatusCode};
use portcullis::{Profile, Router};
use portcullis_tests::ORIGIN;
use serde_json::json;

use super::site::{self, Site, location};

#[tokio::test]
async fn what_is_no_endpoint_is_answered_as_each_version_does() {
    for (profile, body) in [
        (Profile::AuthJsV5, "\"Bad request.\""),
        (
            Profile::NextAuthV4,
            "Error: This action with HTTP GET is not supported by NextAuth.js",
        ),
    ] {
        let mut visitor = Site::new(profile).visitor();
        for path in [
            "",
            "/",
            "/nothing",
            "/Session",
            "/nothing/at/all",
            "/%FF",
            "/sess%69on",
        ] {
            let answer = visitor.get(&format!("/api/auth{path}")).await;
            assert_eq!(
                (answer.status, &*answer.body),
                (StatusCode::BAD_REQUEST, body),
                "{path}"
            );
        }
    }
    let mut visitor = Site::new(Profile::AuthJsV5).visitor();
    for path in ["session/x", "csrf/x", "signin/a/b", "_log"] {
        let answer = visitor.get(&format!("/api/auth/{path}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(
        visitor.get("/api/authors").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn other_methods_are_400() {
    for profile in [Profile::AuthJsV5, Profile::NextAuthV4] {
        let mut visitor = Site::new(profile).visitor();
        for path in [
            "session",
            "csrf",
            "providers",
            "signin",
            "signout",
            "error",
            "callback/credentials",
        ] {
            for method in [
                Method::HEAD,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
                Method::OPTIONS,
            ] {
                let answer = visitor.method(method, &format!("/api/auth/{path}")).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn version_5_sends_what_it_cannot_do_to_the_error_page() {
    let mut visitor = Site::new(Profile::AuthJsV5).visitor();
    let configuration = "/api/auth/error?error=Configuration";
    for path in [
        "signin/credentials",
        "signin/github",
        "callback",
        "callback/credentials",
        "callback/github",
        "webauthn-options",
        "webauthn-options/passkey",
    ] {
        let answer = visitor.get(&format!("/api/auth/{path}")).await;
        assert_eq!(location(&answer), configuration, "{path}");
    }
    for path in [
        "csrf",
        "providers",
        "error",
        "verify-request",
        "callback",
        "callback/github",
    ] {
        let answer = visitor.post(&format!("/api/auth/{path}"), &[]).await;
        assert_eq!(location(&answer), configuration, "{path}");
    }
}

#[tokio::test]
async fn version_4_says_what_it_cannot_do() {
    let mut visitor = Site::new(Profile::NextAuthV4).visitor();
    let answer = visitor.get("/api/auth/callback/credentials").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        answer.body,
        "Error: Callback for provider type credentials not supported"
    );
    for path in ["callback", "callback/github", "_log"] {
        let answer = visitor.get(&format!("/api/auth/{path}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
    }
    for path in [
        "csrf",
        "providers",
        "error",
        "verify-request",
        "callback",
        "callback/github",
    ] {
        let answer = visitor.post(&format!("/api/auth/{path}"), &[]).await;
        let expected = "Error: This action with HTTP POST is not supported by NextAuth.js";
        assert_eq!(
            (answer.status, &*answer.body),
            (StatusCode::BAD_REQUEST, expected)
        );
    }
    let log = visitor
        .post("/api/auth/_log", &[("level", "error"), ("code", "X")])
        .await;
    assert_eq!((log.status, &*log.body), (StatusCode::OK, ""));
}

#[tokio::test]
async fn signing_in_by_another_way_leads_to_the_page() {
    for (profile, none, unknown) in [
        (
            Profile::AuthJsV5,
            "/api/auth/signin",
            "/api/auth/error?error=Configuration",
        ),
        (
            Profile::NextAuthV4,
            "/api/auth/signin?csrf=true",
            "/api/auth/signin?csrf=true",
        ),
    ] {
        let mut visitor = Site::new(profile).visitor();
        let token = visitor.csrf().await;
        for (path, expected) in [
            ("signin/credentials", "/api/auth/signin"),
            ("signin/github", unknown),
            ("signin", none),
        ] {
            let answer = visitor
                .post(&format!("/api/auth/{path}"), &[("csrfToken", &*token)])
                .await;
            assert_eq!(location(&answer), expected);
        }
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_without_a_panic() {
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        let mut visitor = Site::new(profile).visitor();
        let token = visitor.csrf().await;
        let long = format!("csrfToken={token}&x={}", "a".repeat(64 * 1024));
        let request = Request::post("/api/auth/callback/credentials")
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = visitor.send(request, long.into()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        for body in ["{", "\u{feff}{}", "{\"a\":1}}", &"[".repeat(10_000)] {
            let request = Request::post("/api/auth/session")
                .header("content-type", "application/json; charset=utf-8");
            let answer = visitor.send(request, Body::from(body.to_owned())).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        }
        for body in [
            json!(null),
            json!([]),
            json!("x"),
            json!(1),
            json!({"csrfToken": 7, "callbackUrl": {}}),
        ] {
            let answer = visitor.post_json("/api/auth/signout", &body).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{body}");
        }
        for (content_type, body) in [
            ("text/plain", "csrfToken=x"),
            ("multipart/form-data; boundary=x", "--x--"),
            ("application/x-www-form-urlencoded", "%ff%fe=&&==&a=%"),
            ("", "x"),
        ] {
            let request = Request::post("/api/auth/callback/credentials")
                .header("content-type", content_type);
            let answer = visitor.send(request, Body::from(body)).await;
            assert_eq!(answer.status, StatusCode::FOUND, "{content_type}");
        }
    }
}

#[tokio::test]
async fn without_credentials_there_is_no_way_in() {
    let clock = portcullis_tests::FakeClock::default();
    let auth = portcullis_tests::builder(&clock).profile(Profile::AuthJsV5);
    let auth = auth.build().expect("a usable configuration");
    let router: Router = Router::new().merge(auth.router()).with_state(auth.clone());
    let site = Site {
        auth,
        router,
        clock,
    };
    let mut visitor = site.visitor();
    assert_eq!(
        site::json(&visitor.get("/api/auth/providers").await),
        json!({})
    );
    assert!(
        visitor
            .get("/api/auth/signin")
            .await
            .body
            .contains("no way to sign in")
    );
    let token = visitor.csrf().await;
    let answer = visitor
        .post("/api/auth/callback/credentials", &[("csrfToken", &*token)])
        .await;
    assert_eq!(
        answer.header("location"),
        format!("{ORIGIN}/api/auth/error?error=Configuration")
    );
}
