//! Guarded handlers, in two processes with one store.

use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use portcullis::routing::{get, post};
use portcullis::{Auth, AuthError, CachedStore, Router, Session, User, authorized, protected};
use portcullis_tests::{Answer, FakeClock, builder, get as request, post as post_request, send};
use tokio::time::advance;

use super::bus::{Bus, Line};
use super::fake::Fake;
use super::{BOUND, TICK};

#[protected]
async fn me(session: Session) -> String {
    session.user.name.unwrap_or_default()
}

#[protected(live)]
async fn now(session: Session) -> String {
    session.user.name.unwrap_or_default()
}

#[authorized(role = "admin")]
async fn admin() {}

#[protected]
async fn rename(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let user = session.user.clone().named("Lovelace");
    Ok((auth.update(&session, user).await?, ()))
}

#[protected]
async fn rotate(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.rotate(&session).await?, ()))
}

#[protected]
async fn sign_out(State(auth): State<Auth>, session: Session) -> Result<(), AuthError> {
    auth.sign_out_everywhere(session.user_id()).await
}

/// One process.
struct Process {
    auth: Auth,
    app: Router,
    clock: FakeClock,
}

impl Process {
    fn new(store: &Fake, bus: &Bus) -> Self {
        let clock = FakeClock::default();
        let store = CachedStore::new(store.clone(), BOUND)
            .clock(clock.clone())
            .channel(bus.clone());
        let auth = builder(&clock).store(store).build().expect("sound");
        let app = Router::new()
            .route("/me", get(me))
            .route("/now", get(now))
            .route("/admin", get(admin))
            .route("/rename", post(rename))
            .route("/rotate", post(rotate))
            .route("/sign-out", post(sign_out))
            .with_state(auth.clone());
        Self { auth, app, clock }
    }

    async fn sign_in(&self) -> String {
        let user = User::new("ada").named("Ada").with_roles(["admin"]);
        let signed_in = self.auth.sign_in(user).await.expect("signed in");
        format!("session={}", signed_in.expose_token())
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        send(&self.app, request(path).header("cookie", cookie)).await
    }

    async fn post(&self, path: &str, cookie: &str) -> Answer {
        send(&self.app, post_request(path).header("cookie", cookie)).await
    }
}

/// Two processes on one store, both of which have seen the session in the cookie.
async fn two() -> (Fake, Bus, [Process; 2], String) {
    let (store, bus) = (Fake::default(), Bus::default());
    let both = [Process::new(&store, &bus), Process::new(&store, &bus)];
    bus.settle().await;
    let cookie = both[0].sign_in().await;
    bus.settle().await;
    for process in &both {
        assert_eq!(process.get("/me", &cookie).await.body, "Ada");
    }
    store.forget_counts();
    (store, bus, both, cookie)
}

#[tokio::test(start_paused = true)]
async fn requests_with_a_session_that_is_remembered_ask_nobody() {
    let (store, _, [here, _], cookie) = two().await;
    for path in ["/me", "/admin", "/me"] {
        assert_eq!(here.get(path, &cookie).await.status, StatusCode::OK);
    }
    assert_eq!(store.loads(), 0);
    here.clock.advance(super::HOUR * 24 * 365);
    let answer = here.get("/me", &cookie).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(start_paused = true)]
async fn sign_out_in_one_process_is_refused_in_the_other() {
    let (_, bus, [here, there], cookie) = two().await;
    let signed_out = there.post("/sign-out", &cookie).await;
    assert_eq!(signed_out.status, StatusCode::OK);
    bus.settle().await;
    for process in [&here, &there] {
        let answer = process.get("/me", &cookie).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test(start_paused = true)]
async fn sign_out_is_refused_within_the_bound_while_the_channel_is_down() {
    let (_, bus, [here, there], cookie) = two().await;
    bus.is(Line::Down);
    bus.settle().await;
    assert_eq!(here.get("/me", &cookie).await.status, StatusCode::OK);
    let signed_out = there.post("/sign-out", &cookie).await;
    assert_eq!(signed_out.status, StatusCode::OK);
    let answer = there.get("/me", &cookie).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    advance(BOUND - TICK).await;
    assert_eq!(here.get("/me", &cookie).await.status, StatusCode::OK);
    advance(TICK).await;
    let answer = here.get("/me", &cookie).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(start_paused = true)]
async fn a_live_rule_sees_a_change_at_once() {
    let (store, bus, [here, there], cookie) = two().await;
    bus.is(Line::Down);
    bus.settle().await;
    assert_eq!(here.get("/me", &cookie).await.body, "Ada");
    let renamed = there.post("/rename", &cookie).await;
    assert_eq!(renamed.status, StatusCode::OK);
    assert_eq!(here.get("/me", &cookie).await.body, "Ada");
    assert_eq!(here.get("/now", &cookie).await.body, "Lovelace");
    assert_eq!(here.get("/me", &cookie).await.body, "Lovelace");
    let signed_out = there.post("/sign-out", &cookie).await;
    assert_eq!(signed_out.status, StatusCode::OK);
    assert_eq!(here.get("/me", &cookie).await.status, StatusCode::OK);
    for path in ["/now", "/me"] {
        let answer = here.get(path, &cookie).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(store.live_loads(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_new_id_does_not_bring_an_old_user_back() {
    let (_, bus, [here, there], cookie) = two().await;
    bus.is(Line::Down);
    bus.settle().await;
    assert_eq!(here.get("/me", &cookie).await.body, "Ada");
    let renamed = there.post("/rename", &cookie).await;
    assert_eq!(renamed.status, StatusCode::OK);
    let rotated = here.post("/rotate", &cookie).await.cookie();
    assert_eq!(here.get("/me", &rotated).await.body, "Lovelace");
}

#[tokio::test(start_paused = true)]
async fn user_changed_is_seen_by_all_processes() {
    let (store, bus, [here, there], cookie) = two().await;
    there.auth.user_changed("ada").await.expect("told");
    bus.settle().await;
    for process in [&here, &there] {
        assert_eq!(process.get("/me", &cookie).await.status, StatusCode::OK);
    }
    assert_eq!(store.loads(), 2);
    bus.is(Line::Down);
    let changed = there.auth.user_changed("ada").await;
    assert!(matches!(changed, Err(AuthError::Store(_))), "{changed:?}");
}
