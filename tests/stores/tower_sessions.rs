//! Stores of tower-sessions, and what they cannot do.

use std::time::Duration;

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::testing::{ContractCheck, store_contract};
use portcullis::{
    Auth, AuthError, Router, Session, SessionStore, SignedOut, User, dangerous, protected,
};
use portcullis_tests::{Answer, FakeClock, builder, get, read};
use tower::ServiceExt;
use tower_sessions_memory_store::MemoryStore;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[protected]
async fn me(session: Session) -> String {
    session.user.name.unwrap_or_default()
}

async fn asked(auth: &Auth, token: &str) -> Answer {
    let app: Router = Router::new()
        .route("/", route_get(me))
        .with_state(auth.clone());
    let request = get("/").header("cookie", format!("session={token}"));
    let request = request.body(axum::body::Body::empty()).expect("a request");
    read(app.oneshot(request).await.expect("an answer")).await
}

fn auth(clock: &FakeClock) -> Auth {
    let store = dangerous::tower_sessions(MemoryStore::default());
    builder(clock)
        .store(store)
        .max_age(5 * DAY)
        .build()
        .expect("usable")
}

#[tokio::test]
async fn sessions_begin_and_end_but_are_not_extended() {
    // The store has no clock but the real one.
    let clock = FakeClock::at(std::time::SystemTime::now());
    let auth = auth(&clock);
    let signed_in = auth
        .sign_in(User::new(7).named("Ada"))
        .await
        .expect("signed in");
    let token = signed_in.expose_token().to_owned();
    clock.advance(4 * DAY);
    let answer = asked(&auth, &token).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::OK, "Ada")
    );
    assert!(answer.cookies().is_empty(), "it was not extended");
    clock.advance(DAY);
    assert_eq!(asked(&auth, &token).await.status, StatusCode::UNAUTHORIZED);
}

#[protected]
async fn rename(
    session: Session,
    axum::extract::State(auth): axum::extract::State<Auth>,
) -> Result<String, AuthError> {
    let updated = auth.update(&session, User::new(7).named("Grace")).await?;
    Ok(updated.expose_token().expect("a new id").to_owned())
}

#[protected]
async fn leave(
    session: Session,
    axum::extract::State(auth): axum::extract::State<Auth>,
) -> Result<(SignedOut, &'static str), AuthError> {
    Ok((auth.sign_out(&session).await?, "left"))
}

#[tokio::test]
async fn what_changes_gets_a_new_id_and_who_signs_out_is_out() {
    let clock = FakeClock::at(std::time::SystemTime::now());
    let auth = auth(&clock);
    let signed_in = auth
        .sign_in(User::new(7).named("Ada"))
        .await
        .expect("signed in");
    let old = signed_in.expose_token().to_owned();
    let app: Router = Router::new()
        .route("/rename", route_get(rename))
        .route("/leave", route_get(leave))
        .with_state(auth.clone());
    let send = async |path, token: &str| {
        let request = get(path).header("cookie", format!("session={token}"));
        let request = request.body(axum::body::Body::empty()).expect("a request");
        read(app.clone().oneshot(request).await.expect("an answer")).await
    };
    let renamed = send("/rename", &old).await.body;
    assert_eq!(asked(&auth, &old).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(asked(&auth, &renamed).await.body, "Grace");
    assert_eq!(send("/leave", &renamed).await.body, "left");
    assert_eq!(
        asked(&auth, &renamed).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn nobody_knows_the_sessions_of_a_user() {
    let auth = auth(&FakeClock::default());
    for refused in [
        auth.sign_out_everywhere("7").await.err(),
        auth.sessions_of("7").await.err(),
    ] {
        let Some(AuthError::Store(error)) = refused else {
            panic!("{refused:?}")
        };
        assert!(error.is_unsupported(), "{error}");
    }
    let store = dangerous::tower_sessions(MemoryStore::default());
    assert_eq!(
        store
            .prune(std::time::SystemTime::now(), 10)
            .await
            .expect("asked"),
        0
    );
}

#[protected]
async fn rotate(
    session: Session,
    axum::extract::State(auth): axum::extract::State<Auth>,
) -> Result<String, AuthError> {
    let updated = auth.rotate(&session).await?;
    Ok(updated.expose_token().expect("a new id").to_owned())
}

#[tokio::test]
async fn a_session_gets_a_new_id() {
    let clock = FakeClock::at(std::time::SystemTime::now());
    let auth = auth(&clock);
    let user = User::new(7).named("Ada");
    let old = auth
        .sign_in(user)
        .await
        .expect("signed in")
        .expose_token()
        .to_owned();
    let app: Router = Router::new()
        .route("/", route_get(rotate))
        .with_state(auth.clone());
    let request = get("/").header("cookie", format!("session={old}"));
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let new = read(app.oneshot(request).await.expect("an answer"))
        .await
        .body;
    assert_eq!(asked(&auth, &old).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(asked(&auth, &new).await.body, "Ada");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_holds_but_for_what_is_listed() {
    let listed = include_str!("../../docs/tower-sessions.md").lines();
    let listed: Vec<_> = listed
        .filter_map(|line| line.strip_prefix("- `")?.strip_suffix('`'))
        .collect();
    let store = dangerous::tower_sessions(MemoryStore::default());
    let report = store_contract(store)
        .expires_itself()
        .races(100)
        .run()
        .await;
    let failed: Vec<_> = report.failed().map(ContractCheck::name).collect();
    assert_eq!(failed, listed, "{report}");
    assert!(failed.len() < report.checks().len());
}
