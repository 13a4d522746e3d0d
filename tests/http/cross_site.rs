//! Requests that another site's page makes a browser send.

use http::StatusCode;
use portcullis::routing::any;
use portcullis::{Auth, Router, User, public};
use portcullis_tests::{FakeClock, builder, get, post, send};

use crate::app::App;

const EVIL: &str = "https://evil.example";

/// `Sec-Fetch-Site`, `Origin`, and whether an unsafe request passes.
const REQUESTS: &[(Option<&str>, Option<&str>, bool)] = &[
    (Some("same-origin"), Some("http://localhost:3000"), true),
    (Some("same-origin"), None, true),
    (Some("none"), None, true),
    (Some("same-origin"), Some(EVIL), true),
    (Some("same-site"), None, false),
    (Some("cross-site"), None, false),
    (Some("cross-site"), Some(EVIL), false),
    (Some("cross-site"), Some("null"), false),
    (Some("same-site"), Some("http://localhost:4000"), false),
    (Some("cross-site"), Some("https://trusted.example"), true),
    (Some("nonsense"), None, false),
    (None, Some("http://localhost:3000"), true),
    (None, Some("http://127.0.0.1:3000"), true),
    (None, Some("http://[::1]:3000"), true),
    (None, Some("https://trusted.example"), true),
    (None, Some("https://localhost:3000"), false),
    (None, Some("http://localhost"), false),
    (None, Some("https://trusted.example.evil.example"), false),
    (None, Some("null"), false),
    (None, Some(""), false),
    (None, Some(EVIL), false),
    (None, None, true),
];

fn with(
    mut request: http::request::Builder,
    site: Option<&str>,
    origin: Option<&str>,
) -> http::request::Builder {
    if let Some(site) = site {
        request = request.header("sec-fetch-site", site);
    }
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request
}

fn app() -> App {
    App::configured(|builder| builder.trusted_origins(["https://trusted.example"]))
}

#[tokio::test]
async fn unsafe_requests_must_come_from_here() {
    let app = app();
    let cookie = app.sign_in(User::new(7)).await;
    for (runs, (site, origin, passes)) in REQUESTS.iter().enumerate() {
        let answer = app
            .send(with(post("/me"), *site, *origin).header("cookie", &cookie))
            .await;
        let expected = if *passes {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(answer.status, expected, "{site:?} {origin:?}");
        if !passes {
            assert_eq!(answer.code(), "cross_site");
            assert!(answer.cookies().is_empty());
            let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
            assert!(
                vary.iter().any(|value| *value == "sec-fetch-site, origin"),
                "{vary:?}"
            );
        }
        let passed = REQUESTS[..=runs]
            .iter()
            .filter(|(_, _, passes)| *passes)
            .count();
        assert_eq!(
            app.runs.count(),
            passed,
            "the handler ran for {site:?} {origin:?}"
        );
    }
}

#[tokio::test]
async fn public_handlers_are_checked_as_well() {
    let app = app();
    for (site, origin, passes) in REQUESTS {
        let answer = app.send(with(post("/plain"), *site, *origin)).await;
        assert_eq!(
            answer.status == StatusCode::OK,
            *passes,
            "{site:?} {origin:?}"
        );
    }
}

#[tokio::test]
async fn safe_requests_may_come_from_anywhere() {
    let app = app();
    for (site, origin, _) in REQUESTS {
        assert_eq!(
            app.send(with(get("/plain"), *site, *origin)).await.status,
            StatusCode::OK
        );
    }
}

#[public(reason = "a test")]
async fn open() {}

#[tokio::test]
async fn websocket_upgrades_count_as_unsafe() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let app: Router = Router::new().route("/", any(open)).with_state(auth);
    for (upgrade, origin, status) in [
        ("websocket", EVIL, StatusCode::FORBIDDEN),
        ("WebSocket", EVIL, StatusCode::FORBIDDEN),
        ("h2c, websocket", EVIL, StatusCode::FORBIDDEN),
        ("websocket", "http://localhost:3000", StatusCode::OK),
        ("h2c", EVIL, StatusCode::OK),
    ] {
        let request = get("/")
            .header("upgrade", upgrade)
            .header("connection", "upgrade")
            .header("origin", origin);
        assert_eq!(
            send(&app, request).await.status,
            status,
            "{upgrade} from {origin}"
        );
    }
}

#[tokio::test]
async fn every_method_that_may_change_something_is_checked() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let app: Router = Router::new().route("/", any(open)).with_state(auth);
    for (method, status) in [
        ("GET", StatusCode::OK),
        ("HEAD", StatusCode::OK),
        ("OPTIONS", StatusCode::OK),
        ("TRACE", StatusCode::OK),
        ("POST", StatusCode::FORBIDDEN),
        ("PUT", StatusCode::FORBIDDEN),
        ("PATCH", StatusCode::FORBIDDEN),
        ("DELETE", StatusCode::FORBIDDEN),
        ("PROPFIND", StatusCode::FORBIDDEN),
    ] {
        let request = http::Request::builder()
            .method(method)
            .uri("/")
            .header("sec-fetch-site", "cross-site");
        assert_eq!(send(&app, request).await.status, status, "{method}");
    }
}

#[tokio::test]
async fn a_bearer_token_proves_that_no_browser_was_tricked() {
    let app = app();
    let token = app.token(User::new(7)).await;
    let bearer = format!("Bearer {token}");
    let answer = app
        .send(with(post("/me"), Some("cross-site"), Some(EVIL)).header("authorization", bearer))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn two_origins_are_none() {
    let app = app();
    let request = post("/plain")
        .header("origin", "http://localhost:3000")
        .header("origin", "http://localhost:3000");
    assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN);
    let sites = post("/plain")
        .header("sec-fetch-site", "same-origin")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(app.send(sites).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn strict_origin_wants_a_header() {
    let strict = App::configured(|builder| builder.strict_origin(true));
    assert_eq!(
        strict.send(post("/plain")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        strict
            .send(post("/plain").header("sec-fetch-site", "same-origin"))
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(strict.send(get("/plain")).await.status, StatusCode::OK);
}

#[test]
fn a_trusted_origin_must_be_one() {
    for origin in [
        "*",
        "https://*.example",
        "trusted.example",
        "https://a.example/path",
    ] {
        let built: Result<Auth, _> = builder(&FakeClock::default())
            .trusted_origins([origin])
            .build();
        let error = built.expect_err("not an origin").to_string();
        assert!(error.contains(origin), "{error}");
    }
}
