//! The same functions in a plain `axum::Router`.

use std::time::Duration;

use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use portcullis::{Auth, AuthError, Session, SignedOut, User, authorized, protected};
use portcullis_tests::{FakeClock, Log, builder, read};
use tower::ServiceExt;

#[protected]
async fn closed() {}

async fn cookie(auth: &Auth) -> String {
    let signed_in = auth.sign_in(User::new(7)).await.expect("signed in");
    format!("session={}", signed_in.expose_token())
}

fn request(method: &str, path: &str) -> http::request::Builder {
    http::Request::builder().method(method).uri(path)
}

#[tokio::test]
async fn plain_axum_routers_guard_the_same_functions() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let app = axum::Router::new()
        .route("/closed", get(closed))
        .layer(auth.layer())
        .with_state(auth.clone());
    let ask = async |cookie: &str| {
        let request = request("GET", "/closed")
            .header("cookie", cookie)
            .body(axum::body::Body::empty());
        read(
            app.clone()
                .oneshot(request.expect("a request"))
                .await
                .expect("infallible"),
        )
        .await
    };
    assert_eq!(ask("").await.status, StatusCode::UNAUTHORIZED);
    let invalid = ask("session=x").await;
    assert_eq!(
        (invalid.status, invalid.cookies().len()),
        (StatusCode::UNAUTHORIZED, 1),
        "cleared once"
    );
    let passed = ask(&cookie(&auth).await).await;
    assert_eq!(
        (passed.status, passed.header("cache-control")),
        (StatusCode::OK, "private, no-store")
    );
}

#[tokio::test]
async fn the_session_layer_refreshes_what_is_due_and_its_absence_is_mentioned() {
    let clock = FakeClock::default();
    let auth = builder(&clock).build().expect("usable");
    let cookie = cookie(&auth).await;
    clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    let bare = axum::Router::new()
        .route("/closed", get(closed))
        .with_state(auth.clone());
    let layered = bare.clone().layer(auth.layer());
    let ask = async |app: axum::Router| {
        let request = request("GET", "/closed")
            .header("cookie", &cookie)
            .body(axum::body::Body::empty());
        read(
            app.oneshot(request.expect("a request"))
                .await
                .expect("infallible"),
        )
        .await
    };
    assert_eq!(ask(layered).await.cookies().len(), 1);
    let log = Log::default();
    let guard = log.start();
    assert_eq!(ask(bare.clone()).await.cookies().len(), 0);
    ask(bare).await;
    drop(guard);
    assert_eq!(
        log.text().matches("auth.layer()").count(),
        1,
        "{}",
        log.text()
    );
}

#[protected]
async fn leave(
    State(auth): State<Auth>,
    session: Session,
) -> Result<(SignedOut, &'static str), AuthError> {
    Ok((auth.sign_out(&session).await?, "bye"))
}

#[tokio::test]
async fn the_session_layer_removes_chunks_as_well() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let user = User::new(7).named("x".repeat(5000));
    let signed_in = auth.sign_in(user).await.expect("signed in");
    let (first, second) = signed_in.expose_token().split_at(3936);
    let app = axum::Router::new()
        .route("/leave", get(leave))
        .layer(auth.layer())
        .with_state(auth);
    let request = request("GET", "/leave")
        .header("cookie", format!("session.1={second}; session.0={first}"))
        .body(axum::body::Body::empty());
    let answer = read(
        app.oneshot(request.expect("a request"))
            .await
            .expect("infallible"),
    )
    .await;
    let names: Vec<_> = answer
        .cookies()
        .into_iter()
        .filter_map(|cookie| cookie.split_once("=;"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["session", "session.0", "session.1"]);
}

#[authorized(role = "admin")]
async fn admin() {}

#[tokio::test]
async fn a_refusal_refreshes_nothing_under_the_session_layer() {
    let clock = FakeClock::default();
    let auth = builder(&clock).build().expect("usable");
    let cookie = cookie(&auth).await;
    clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    let app = axum::Router::new()
        .route("/admin", get(admin))
        .layer(auth.layer())
        .with_state(auth);
    let request = request("GET", "/admin").header("cookie", cookie);
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let answer = read(app.oneshot(request).await.expect("infallible")).await;
    assert_eq!(
        (answer.status, answer.cookies().len()),
        (StatusCode::FORBIDDEN, 0)
    );
    assert_eq!(answer.headers.get_all("vary").iter().count(), 1);
}

#[tokio::test]
async fn the_cookie_counts_as_the_guard_finds_it() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let cookie = cookie(&auth).await;
    let ask = async |kept: &'static str, sent: &str| {
        let layer = axum::middleware::map_request(move |mut request: axum::extract::Request| {
            let value = http::HeaderValue::from_static(kept);
            request.headers_mut().insert("cookie", value);
            std::future::ready(request)
        });
        let app = axum::Router::new()
            .route("/closed", get(closed))
            .layer(layer)
            .layer(auth.layer())
            .with_state(auth.clone());
        let request = request("GET", "/closed").header("cookie", sent);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        read(app.oneshot(request).await.expect("infallible"))
            .await
            .status
    };
    assert_eq!(ask("theme=dark", &cookie).await, StatusCode::UNAUTHORIZED);
    let kept: &'static str = cookie.clone().leak();
    assert_eq!(ask(kept, "session=x").await, StatusCode::OK);
}
