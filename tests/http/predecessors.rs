//! Signed sessions have several tokens over time: what ends the session ends all of them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use axum::extract::State;
use http::StatusCode;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{Auth, AuthError, Clock, Router, Session, SignedOut, Updated, User, protected};
use portcullis_tests::{FakeClock, ORIGIN, SECRET, builder, get, post, send};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[protected]
async fn me(session: Session) -> String {
    session.user_id().to_owned()
}

#[protected]
async fn leave(
    State(auth): State<Auth>,
    session: Session,
) -> Result<(SignedOut, &'static str), AuthError> {
    Ok((auth.sign_out(&session).await?, "left"))
}

#[protected]
async fn rotate(
    State(auth): State<Auth>,
    session: Session,
) -> Result<(Updated, &'static str), AuthError> {
    Ok((auth.rotate(&session).await?, "rotated"))
}

#[protected]
async fn promote(
    State(auth): State<Auth>,
    session: Session,
) -> Result<(Updated, &'static str), AuthError> {
    let user = User::new(session.user_id()).with_roles(["admin"]);
    Ok((auth.update(&session, user).await?, "promoted"))
}

fn app(auth: &Auth) -> Router {
    Router::new()
        .route("/me", route_get(me))
        .route("/leave", route_post(leave))
        .route("/rotate", route_post(rotate))
        .route("/promote", route_post(promote))
        .with_state(auth.clone())
}

#[tokio::test]
async fn what_ends_a_session_ends_the_tokens_it_had_before_too() {
    for path in ["/leave", "/rotate", "/promote"] {
        let clock = FakeClock::default();
        let auth = builder(&clock).build().expect("usable");
        let app = app(&auth);
        let ask = |cookie: &str| send(&app, get("/me").header("cookie", cookie));
        let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
        let mut cookies = vec![format!("session={}", signed_in.expose_token())];
        for _ in 0..3 {
            clock.advance(2 * DAY);
            let refreshed = ask(cookies.last().expect("one")).await.cookie();
            cookies.push(refreshed);
        }
        let last = cookies.last().expect("one").clone();
        let ended = send(&app, post(path).header("cookie", &last)).await;
        assert_eq!(ended.status, StatusCode::OK, "{path}");
        for cookie in &cookies {
            assert_eq!(ask(cookie).await.status, StatusCode::UNAUTHORIZED, "{path}");
        }
        if path != "/leave" {
            assert_eq!(ask(&ended.cookie()).await.status, StatusCode::OK, "{path}");
        }
        let another = auth.sign_in(User::new("7")).await.expect("signed in");
        let another = format!("session={}", another.expose_token());
        assert_eq!(ask(&another).await.status, StatusCode::OK, "{path}");
    }
}

/// A clock that changes the user when it is read next.
#[derive(Clone, Default)]
struct Trap {
    clock: FakeClock,
    is_armed: Arc<AtomicBool>,
    auth: Arc<OnceLock<Auth>>,
}

impl Clock for Trap {
    fn now(&self) -> SystemTime {
        if self.is_armed.swap(false, Ordering::SeqCst)
            && let Some(auth) = self.auth.get().cloned()
        {
            let changing = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build();
                let changed = async move { auth.user_changed("7").await };
                runtime
                    .expect("a runtime")
                    .block_on(changed)
                    .expect("no store to tell");
            });
            changing.join().expect("changed");
        }
        self.clock.now()
    }
}

#[protected]
async fn rotate_meanwhile(
    State((auth, trap)): State<(Auth, Trap)>,
    session: Session,
) -> Result<(Updated, &'static str), AuthError> {
    trap.is_armed.store(true, Ordering::SeqCst);
    Ok((auth.rotate(&session).await?, "rotated"))
}

#[derive(Clone)]
struct Armed(Auth, Trap);

impl axum::extract::FromRef<Armed> for Auth {
    fn from_ref(state: &Armed) -> Self {
        state.0.clone()
    }
}

impl axum::extract::FromRef<Armed> for (Auth, Trap) {
    fn from_ref(state: &Armed) -> Self {
        (state.0.clone(), state.1.clone())
    }
}

#[tokio::test]
async fn a_change_of_the_user_while_a_session_is_replaced_is_not_past() {
    let trap = Trap::default();
    let auth = Auth::builder()
        .secret(SECRET)
        .origin(ORIGIN)
        .environment(|_| None)
        .clock(trap.clone())
        .build()
        .expect("usable");
    let _ = trap.auth.set(auth.clone());
    let app = Router::new()
        .route("/rotate", route_post(rotate_meanwhile))
        .route("/me", route_get(me))
        .with_state(Armed(auth.clone(), trap.clone()));
    let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    let answer = send(&app, post("/rotate").header("cookie", cookie)).await;
    assert!(
        !trap.is_armed.load(Ordering::SeqCst),
        "the user has changed"
    );
    if answer.status == StatusCode::OK {
        let after = send(&app, get("/me").header("cookie", answer.cookie())).await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    }
}
