//! Sessions of an upstream are begun, changed and ended over there.

use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{Auth, AuthError, Router, Session, User, protected, public};
use portcullis_tests::handlers::{rotate, sign_out};
use portcullis_tests::{get, post, send};

use crate::app::{App, COOKIE, session};
use crate::upstream::{Reply, Upstream};

#[public(reason = "this is where people sign in")]
async fn sign_in(State(auth): State<Auth>) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_in(User::new("8")).await?, "hello"))
}

#[protected]
async fn still_valid(session: Session) -> String {
    session.still_valid().await.is_ok_and(|is| is).to_string()
}

/// Whether it is the error of those who are asked for what the upstream does.
fn is_upstream_s<T>(result: Result<T, AuthError>) -> bool {
    matches!(result, Err(AuthError::Upstream))
}

#[tokio::test]
async fn nothing_is_begun_changed_or_ended_here() {
    let upstream = Upstream::with_session(session());
    let auth = App::new(upstream.options()).auth;
    let read = auth.get_server_session(&[("cookie", COOKIE)]).await;
    let read = read.expect("known").expect("signed in");
    let session = read.session();
    assert!(is_upstream_s(auth.sign_in(User::new("8")).await));
    assert!(is_upstream_s(auth.sign_in(User::new("8")).acr("mfa").await));
    assert!(is_upstream_s(auth.sign_out(session).await));
    assert!(is_upstream_s(auth.update(session, User::new("7")).await));
    assert!(is_upstream_s(auth.rotate(session).await));
    assert!(is_upstream_s(auth.sessions_of("7").await));
    // Any name will do: what is not known is not looked for.
    let name = serde_json::from_value(serde_json::json!("0f".repeat(16))).expect("a name");
    assert!(is_upstream_s(auth.end_session("7", &name).await));
    assert!(is_upstream_s(auth.sign_out_everywhere("7").await));
    assert!(is_upstream_s(auth.prune_every(Duration::from_secs(60))));
    let error = auth.sign_out(session).await.expect_err("not here");
    assert_eq!(
        error.to_string(),
        "sessions are begun, changed and ended by the upstream"
    );
    assert_eq!(upstream.count(), 1, "nobody told the upstream of it");
}

#[tokio::test]
async fn whoever_tries_it_all_the_same_is_refused_and_stays_signed_in() {
    let upstream = Upstream::with_session(session());
    let app = App::new(upstream.options());
    let router = Router::new()
        .route("/sign-in", route_post(sign_in))
        .route("/sign-out", route_post(sign_out))
        .route("/rotate", route_post(rotate))
        .with_state(app.auth.clone());
    for path in ["/sign-in", "/sign-out", "/rotate"] {
        let answer = send(&router, post(path).header("cookie", COOKIE)).await;
        assert_eq!(answer.status, 500, "{path}");
        assert_eq!(answer.code(), "session_failed", "{path}");
        assert!(answer.cookies().is_empty(), "{path}: {answer:?}");
    }
    assert_eq!(app.visit("/me").await.status, 200);
}

#[tokio::test]
async fn a_long_connection_ends_with_the_session() {
    let upstream = Upstream::start(|_| Reply::json(&session()));
    let app = App::new(upstream.options());
    let router = Router::new()
        .route("/still-valid", route_get(still_valid))
        .with_state(app.auth.clone());
    let request = get("/still-valid").header("cookie", COOKIE);
    assert_eq!(send(&router, request).await.body, "true");
    let read = app.auth.get_server_session(&[("cookie", COOKIE)]).await;
    let read = read.expect("known").expect("signed in");
    app.clock.advance(Duration::from_secs(24 * 60 * 60));
    assert!(!read.session().still_valid().await.expect("known"));
    assert_eq!(upstream.count(), 2);
}
