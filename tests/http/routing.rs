//! What `portcullis::Router` takes, and what becomes of it.

use axum::extract::Path;
use axum::response::IntoResponse;
use http::{HeaderValue, StatusCode};
use portcullis::routing::{any, delete, get, on, patch, post, put};
use portcullis::{Auth, Router, authorized, guard, protected, public};
use portcullis_tests::{FakeClock, builder, post as post_request, send};
use tower::ServiceExt;

#[public(reason = "a test")]
async fn open() -> &'static str {
    "open"
}

#[protected]
async fn closed(method: http::Method) -> String {
    format!("closed {method}")
}

#[authorized(role = "admin")]
async fn admin(Path(id): Path<u32>) -> String {
    id.to_string()
}

#[public(reason = "there is nothing here")]
async fn missing() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "nothing here")
}

#[protected]
async fn wrong_method() -> impl IntoResponse {
    (StatusCode::METHOD_NOT_ALLOWED, "not this way")
}

fn auth() -> Auth {
    builder(&FakeClock::default()).build().expect("usable")
}

async fn cookie(auth: &Auth) -> String {
    let signed_in = auth
        .sign_in(portcullis::User::new(7).with_roles(["admin"]))
        .await
        .expect("signed in");
    format!("session={}", signed_in.expose_token())
}

fn request(method: &str, path: &str) -> http::request::Builder {
    http::Request::builder().method(method).uri(path)
}

#[tokio::test]
async fn every_method_reaches_its_guarded_handler() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/get", get(closed))
        .route("/post", post(closed))
        .route("/put", put(closed))
        .route("/patch", patch(closed))
        .route("/delete", delete(closed))
        .route("/any", any(closed))
        .route("/rest", get(closed).any(closed))
        .route("/on", on(axum::routing::MethodFilter::OPTIONS, closed))
        .route(
            "/chain",
            get(closed)
                .post(closed)
                .put(closed)
                .patch(closed)
                .delete(closed),
        )
        .with_state(auth.clone());
    let cookie = cookie(&auth).await;
    for (method, path) in [
        ("GET", "/get"),
        ("POST", "/post"),
        ("PUT", "/put"),
        ("PATCH", "/patch"),
        ("DELETE", "/delete"),
        ("OPTIONS", "/any"),
        ("PROPFIND", "/any"),
        ("GET", "/rest"),
        ("POST", "/rest"),
        ("OPTIONS", "/on"),
        ("GET", "/chain"),
        ("POST", "/chain"),
        ("PUT", "/chain"),
        ("PATCH", "/chain"),
        ("DELETE", "/chain"),
    ] {
        let refused = send(&app, request(method, path)).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        let passed = send(&app, request(method, path).header("cookie", &cookie)).await;
        assert_eq!(
            (passed.status, passed.body),
            (StatusCode::OK, format!("closed {method}")),
            "{path}"
        );
        assert!(!passed.headers.contains_key("allow"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_guard_travels_through_nest_merge_and_layers() {
    let auth = auth();
    let deep = Router::new().route("/admin/{id}", get(admin));
    let outer = Router::new()
        .nest("/deep", deep)
        .route("/closed", get(closed));
    let app: Router = Router::new()
        .route("/open", get(open))
        .layer(axum::middleware::map_response(
            |mut response: axum::response::Response| async {
                response
                    .headers_mut()
                    .insert("x-layer", HeaderValue::from_static("inner"));
                response
            },
        ))
        .merge(outer)
        .with_state(auth.clone());
    for path in ["/deep/admin/7", "/closed"] {
        assert_eq!(
            send(&app, request("GET", path)).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    let cookie = cookie(&auth).await;
    assert_eq!(
        send(
            &app,
            request("GET", "/deep/admin/7").header("cookie", &cookie)
        )
        .await
        .body,
        "7"
    );
    assert_eq!(
        send(&app, request("GET", "/open")).await.header("x-layer"),
        "inner"
    );
}

#[tokio::test]
async fn other_spellings_of_a_path_reach_nothing() {
    let app: Router = Router::new()
        .route("/closed", get(closed))
        .with_state(auth());
    for path in [
        "/closed/",
        "//closed",
        "/%63losed",
        "/CLOSED",
        "/./closed",
        "/closed;x",
    ] {
        assert_eq!(
            send(&app, request("GET", path)).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn fallbacks_declare_as_well() {
    let app: Router = Router::new()
        .route("/closed", get(closed))
        .fallback(missing)
        .method_not_allowed_fallback(wrong_method)
        .with_state(auth());
    let missing = send(&app, request("GET", "/nowhere")).await;
    assert_eq!(
        (missing.status, missing.body.as_str()),
        (StatusCode::NOT_FOUND, "nothing here")
    );
    assert_eq!(
        send(&app, request("PUT", "/closed")).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn services_enter_by_name() {
    let auth = auth();
    let echo = || {
        tower::service_fn(|request: axum::extract::Request| async move {
            Ok::<_, std::convert::Infallible>(request.uri().path().to_owned())
        })
    };
    let plain =
        axum::Router::new().route("/undeclared", axum::routing::get(|| async { "undeclared" }));
    let app: Router = Router::new()
        .public_service("/assets", "style sheets", echo())
        .guarded_service("/reports", guard!(role = "admin"), echo())
        .guarded_service("/members", guard!(), echo())
        .merge_undeclared(plain, "the health check of the hosting platform")
        .with_state(auth.clone());
    assert_eq!(
        send(&app, request("GET", "/assets/a/b.css")).await.body,
        "/a/b.css"
    );
    assert_eq!(
        send(&app, request("GET", "/undeclared")).await.body,
        "undeclared"
    );
    let cookie = cookie(&auth).await;
    for path in ["/reports/2026", "/members/7"] {
        assert_eq!(
            send(&app, request("GET", path)).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
        assert_eq!(
            send(&app, request("GET", path).header("cookie", &cookie))
                .await
                .status,
            StatusCode::OK,
            "{path}"
        );
    }
    let reader = auth
        .sign_in(portcullis::User::new(8))
        .await
        .expect("signed in");
    let reader = format!("session={}", reader.expose_token());
    let status = |path| send(&app, request("GET", path).header("cookie", reader.clone()));
    assert_eq!(status("/reports/2026").await.status, StatusCode::FORBIDDEN);
    assert_eq!(status("/members/7").await.status, StatusCode::OK);
    let cross_site = post_request("/assets/a").header("sec-fetch-site", "cross-site");
    assert_eq!(send(&app, cross_site).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn allow_says_what_axum_s_own_routers_say() {
    use axum::routing::{any as axum_any, get as axum_get};
    let auth = auth();
    let axum = axum::Router::new()
        .route("/any", axum_any(open))
        .route("/any-get", axum_any(open).get(open))
        .route("/get-any", axum_any(open).get(open))
        .route("/get", axum_get(open).delete(open))
        .with_state(auth.clone());
    let ours: Router = Router::new()
        .route("/any", any(open))
        .route("/any-get", any(open).get(open))
        .route("/get-any", get(open).any(open))
        .route("/get", get(open).delete(open))
        .with_state(auth);
    let allowed = async |app: axum::Router, path: &str| {
        let request = post_request(path).body(axum::body::Body::empty());
        let response = app.oneshot(request.expect("a request")).await;
        let response = response.expect("infallible");
        (response.status(), response.headers().get("allow").cloned())
    };
    for path in ["/any", "/any-get", "/get-any", "/get"] {
        let expected = allowed(axum.clone(), path).await;
        assert_eq!(allowed(ours.clone().into(), path).await, expected, "{path}");
    }
}
