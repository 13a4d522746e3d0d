//! Paths at which nobody is asked, and what looks like one.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::extract::Request;
use axum::routing::any;
use http::StatusCode;
use portcullis::{RequireLayer, Router, User, protected};
use portcullis_tests::{builder, get, send};

use super::{Site, ask};

#[tokio::test]
async fn a_path_is_skipped_with_everything_below_it() {
    for site in Site::each(|auth| auth.require_session().skip("/public").skip_exact("/")) {
        for path in [
            "/",
            "/?x=/dashboard",
            "/public",
            "/public/a.css",
            "/public/a%20b.css",
        ] {
            assert_eq!(site.status(get(path)).await, 200, "{path}");
        }
        for path in ["/publicity", "/dashboard", "/dashboard?/public", "/nowhere"] {
            assert_eq!(site.status(get(path)).await, 401, "{path}");
        }
    }
}

#[tokio::test]
async fn what_anybody_could_read_as_another_path_is_not_skipped() {
    for site in Site::each(|auth| auth.require_session().skip("/public")) {
        for path in [
            "/public/../dashboard",
            "/public/./../dashboard",
            "/public/%2e%2e/dashboard",
            "/public/%2E%2E/dashboard",
            "/public/.%2e/dashboard",
            "/public/..%2fdashboard",
            "/public/..%5cdashboard",
            "/public/%252e%252e/dashboard",
            "/public//dashboard",
            "/public/..;/dashboard",
            "/public;/../dashboard",
            "/public%2f..%2fdashboard",
            "/public%00/",
            "/public/%00",
            "/PUBLIC/a.css",
            "/p%75blic/a.css",
            "//public/a.css",
            "/./public/a.css",
            "/dashboard/../public",
        ] {
            assert_eq!(site.status(get(path)).await, 401, "{path}");
        }
        assert_eq!(site.runs.count(), 0);
    }
}

#[tokio::test]
async fn within_nested_routers_the_whole_path_counts() {
    let auth = builder(&Default::default()).build().expect("usable");
    let at = |layer: RequireLayer| {
        let inner = axum::Router::new()
            .route("/", any(async || "ran"))
            .route("/{*path}", any(async || "ran"))
            .layer(layer);
        axum::Router::new()
            .nest("/shop", inner.clone())
            .nest("/outer/shop", inner)
    };
    let status = async |app: axum::Router, path: &str| {
        let request = Request::get(path).body(axum::body::Body::empty());
        ask(app, request.expect("a request")).await.status.as_u16()
    };
    let whole = at(auth
        .require_session()
        .skip("/shop/public")
        .skip_exact("/shop"));
    for (path, expected) in [
        ("/shop", 200),
        ("/shop/public/a", 200),
        ("/shop/private", 401),
        ("/outer/shop", 401),
        ("/outer/shop/public/a", 401),
        ("/outer/shop/shop/public", 401),
    ] {
        assert_eq!(status(whole.clone(), path).await, expected, "{path}");
    }
    let part = at(auth.require_session().skip("/public"));
    assert_eq!(status(part, "/shop/public/a").await, 401);
}

/// Who puts another path in the place of the one that was asked for is not followed.
#[tokio::test]
async fn a_path_that_was_rewritten_on_the_way_is_not_skipped() {
    let auth = builder(&Default::default()).build().expect("usable");
    let guarded = axum::Router::new()
        .route("/{*path}", any(async || "ran"))
        .layer(auth.require_session().skip("/public"));
    let app = axum::Router::new().fallback(move |mut request: Request| {
        *request.uri_mut() = http::Uri::from_static("/admin");
        ask_response(guarded.clone(), request)
    });
    let request = Request::get("/public/a").body(axum::body::Body::empty());
    let answer = ask(app, request.expect("a request")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn within_nested_routers_neither() {
    let auth = builder(&Default::default()).build().expect("usable");
    let guarded = axum::Router::new()
        .route("/admin", any(async || "ran"))
        .route("/public/admin", any(async || "ran"))
        .layer(auth.require_session().skip("/site/public"));
    let rewriting = tower::ServiceBuilder::new()
        .map_request(|mut request: Request| {
            if request.uri().query() == Some("rewrite") {
                *request.uri_mut() = http::Uri::from_static("/admin");
            }
            request
        })
        .service(guarded);
    let app = axum::Router::new().nest_service("/site", rewriting);
    for (path, expected) in [
        ("/site/public/admin?rewrite", 401),
        ("/site/public/admin", 200),
        ("/site/admin", 401),
    ] {
        let request = Request::get(path).body(axum::body::Body::empty());
        let answer = ask(app.clone(), request.expect("a request")).await;
        assert_eq!(answer.status.as_u16(), expected, "{path}");
    }
}

#[tokio::test]
async fn a_router_may_be_nested_below_a_parameter() {
    let auth = builder(&Default::default()).build().expect("usable");
    let guarded = axum::Router::new()
        .route("/", any(async || "ran"))
        .route("/{*path}", any(async || "ran"))
        .layer(
            auth.require_session()
                .skip("/ada/shop/public")
                .skip_exact("/ada/shop"),
        );
    let shops = axum::Router::new().nest("/shop", guarded);
    let app = axum::Router::new().nest("/{owner}", shops);
    for (path, expected) in [
        ("/ada/shop", 200),
        ("/ada/shop/public/a", 200),
        ("/ada/shop/private", 401),
        ("/eve/shop/public/a", 401),
        ("/eve/shop", 401),
    ] {
        let request = Request::get(path).body(axum::body::Body::empty());
        let answer = ask(app.clone(), request.expect("a request")).await;
        assert_eq!(answer.status.as_u16(), expected, "{path}");
    }
}

async fn ask_response(app: axum::Router, request: Request) -> axum::response::Response {
    let Ok(response) = tower::ServiceExt::oneshot(app, request).await;
    response
}

#[protected]
async fn closed() {}

#[tokio::test]
async fn guards_within_hold_where_the_layer_asks_nobody() {
    let auth = builder(&Default::default()).build().expect("usable");
    let app: Router = Router::new()
        .route("/public", portcullis::routing::get(closed))
        .layer(auth.require_session().skip("/public"))
        .with_state(auth.clone());
    assert_eq!(
        send(&app, get("/public")).await.status,
        StatusCode::UNAUTHORIZED
    );
    let cookie = super::cookie(&auth, User::new("7")).await;
    let answer = send(&app, get("/public").header("cookie", cookie)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "private, no-store");
}

#[test]
fn paths_that_no_client_sends_are_refused_at_the_start() {
    let auth = builder(&Default::default()).build().expect("usable");
    for path in [
        "/", "", "public", "/public/", "/a/../b", "/a//b", "/a?b", "/a b", "//a", "/é",
    ] {
        let skip = catch_unwind(AssertUnwindSafe(|| auth.require_session().skip(path)));
        assert!(skip.is_err(), "{path}");
    }
    let _ = auth.require_session().skip_exact("/").skip_exact("/a/");
}
