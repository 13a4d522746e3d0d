//! What overtakes what: sessions that end or change while other requests run, and guards within guards.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, State};
use axum::response::IntoResponse;
use http::StatusCode;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{
    Auth, AuthBuilder, AuthError, Router, Session, SqliteStore, User, authorized, guard, policy,
    protected,
};
use portcullis_tests::{Answer, FakeClock, builder, get, post, send};
use serde::Deserialize;
use tokio::sync::Notify;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn token(auth: &Auth, user: User) -> String {
    let signed_in = auth.sign_in(user).await.expect("signed in");
    signed_in.expose_token().to_owned()
}

#[authorized(role = "admin", via = cookie)]
async fn whoami(session: Session) -> String {
    session.user_id().to_owned()
}

#[policy]
async fn is_b(session: &Session) -> bool {
    session.user_id() == "B"
}

#[authorized(policy = is_b, via = cookie)]
async fn only_b() {}

#[tokio::test]
async fn a_guard_within_a_guard_decides_for_its_own_visitor() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let inner = Router::new()
        .route("/who", route_get(whoami))
        .route("/b", route_get(only_b))
        .with_state(auth.clone());
    let app: Router = Router::new()
        .guarded_service("/in", guard!(role = any("admin", "user")), inner.clone())
        .guarded_service("/p", guard!(policy = is_b), inner)
        .with_state(auth.clone());
    let admin = token(&auth, User::new("A").with_roles(["admin"])).await;
    let user = token(&auth, User::new("B").with_roles(["user"])).await;
    let both = |path| {
        get(path)
            .header("cookie", format!("session={admin}"))
            .header("authorization", format!("Bearer {user}"))
    };
    assert_eq!(send(&app, both("/in/who")).await.body, "A");
    let about_another = send(&app, both("/p/b")).await;
    assert_eq!(about_another.status, StatusCode::FORBIDDEN);
}

#[derive(Clone)]
struct Slow {
    auth: Auth,
    arrived: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl FromRef<Slow> for Auth {
    fn from_ref(state: &Slow) -> Self {
        state.auth.clone()
    }
}

#[protected]
async fn slow(State(state): State<Slow>) -> &'static str {
    state.arrived.notify_one();
    state.go_on.notified().await;
    "done"
}

#[protected]
async fn slow_rotation(
    State(state): State<Slow>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    state.arrived.notify_one();
    state.go_on.notified().await;
    Ok((state.auth.rotate(&session).await?, "rotated"))
}

#[protected]
async fn leave(State(auth): State<Auth>, session: Session) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_out(&session).await?, "bye"))
}

#[protected]
async fn demote(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let user = User::new(session.user_id()).with("plan", "free");
    Ok((auth.update(&session, user).await?, "demoted"))
}

#[authorized(claim("plan" = "gold"))]
async fn gold() {}

pub struct App {
    state: Slow,
    pub clock: FakeClock,
    router: Router,
}

impl App {
    pub fn new(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let clock = FakeClock::default();
        let state = Slow {
            auth: configure(builder(&clock)).build().expect("usable"),
            arrived: Arc::default(),
            go_on: Arc::default(),
        };
        let router = Router::new()
            .route("/slow", route_get(slow))
            .route("/slow-rotation", route_post(slow_rotation))
            .route("/leave", route_post(leave))
            .route("/demote", route_post(demote))
            .route("/gold", route_get(gold))
            .with_state(state.clone());
        Self {
            state,
            clock,
            router,
        }
    }

    async fn each() -> [Self; 2] {
        let store = SqliteStore::in_memory().await.expect("memory");
        [
            Self::new(|builder| builder),
            Self::new(|builder| builder.store(store)),
        ]
    }

    pub async fn cookie(&self) -> String {
        let user = User::new("7").with("plan", "gold");
        format!("session={}", token(&self.state.auth, user).await)
    }

    pub async fn send(&self, request: http::request::Builder, cookie: &str) -> Answer {
        send(&self.router, request.header("cookie", cookie)).await
    }

    /// Lets `meanwhile` happen while a request to `path` runs, and gives the answers to both.
    pub async fn overtaken(
        &self,
        request: http::request::Builder,
        cookie: &str,
        meanwhile: impl Future<Output = Answer>,
    ) -> [Answer; 2] {
        let (router, request) = (self.router.clone(), request.header("cookie", cookie));
        let running = tokio::spawn(async move { send(&router, request).await });
        self.state.arrived.notified().await;
        let meanwhile = meanwhile.await;
        self.state.go_on.notify_one();
        [running.await.expect("an answer"), meanwhile]
    }
}

#[tokio::test]
async fn a_slow_request_signs_nobody_in_again_who_has_left() {
    for app in App::each().await {
        let cookie = app.cookie().await;
        app.clock.advance(2 * DAY);
        let left = app.send(post("/leave"), &cookie);
        let [slow, left] = app.overtaken(get("/slow"), &cookie, left).await;
        assert_eq!((slow.body.as_str(), left.body.as_str()), ("done", "bye"));
        assert!(slow.cookies().is_empty(), "{slow:?}");
        let again = app.send(get("/gold"), &cookie).await;
        assert_eq!(
            again.status,
            StatusCode::UNAUTHORIZED,
            "a copy of the cookie"
        );
    }
}

#[tokio::test]
async fn a_slow_request_brings_back_nothing_that_was_taken() {
    for app in App::each().await {
        let cookie = app.cookie().await;
        assert_eq!(app.send(get("/gold"), &cookie).await.status, StatusCode::OK);
        app.clock.advance(2 * DAY);
        let demoted = app.send(post("/demote"), &cookie);
        let [slow, demoted] = app.overtaken(get("/slow"), &cookie, demoted).await;
        assert!(slow.cookies().is_empty(), "{slow:?}");
        let gold = app.send(get("/gold"), &demoted.cookie()).await;
        assert_eq!(gold.status, StatusCode::FORBIDDEN);
        let old = app.send(get("/gold"), &cookie).await;
        assert_eq!(old.status, StatusCode::UNAUTHORIZED, "the old id is dead");
    }
}

#[tokio::test]
async fn a_slow_rotation_brings_back_nothing_that_was_taken() {
    for app in App::each().await {
        let cookie = app.cookie().await;
        let demoted = app.send(post("/demote"), &cookie);
        let [rotated, _] = app
            .overtaken(post("/slow-rotation"), &cookie, demoted)
            .await;
        assert_eq!(rotated.status, StatusCode::UNAUTHORIZED, "it has ended");
        assert_eq!(rotated.code(), "session_expired");
        assert!(rotated.cookies().is_empty());
    }
}

#[tokio::test]
async fn a_session_of_a_changed_user_is_not_rotated() {
    let app = App::new(|builder| builder);
    let cookie = app.cookie().await;
    let changed = async {
        let told = app.state.auth.user_changed("7").await;
        told.expect("no store to tell");
        app.send(get("/gold"), &cookie).await
    };
    let [rotated, refused] = app
        .overtaken(post("/slow-rotation"), &cookie, changed)
        .await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(rotated.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_that_came_as_bearer_says_nothing_to_the_cookie() {
    for app in App::each().await {
        let cookie = app.cookie().await;
        let other = token(&app.state.auth, User::new("8")).await;
        let mixed = |path| post(path).header("authorization", format!("Bearer {other}"));
        let left = app.send(mixed("/leave"), &cookie).await;
        assert_eq!(left.body, "bye");
        assert!(left.cookies().is_empty(), "{left:?}");
        let still_here = app.send(get("/gold"), &cookie).await;
        assert_eq!(still_here.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn two_auths_on_one_store_do_not_take_each_others_sessions() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let app = |name: &'static str| {
        let store = store.clone();
        App::new(move |builder| builder.cookie_name(name).store(store))
    };
    let (staff, guests) = (app("staff"), app("guests"));
    let guest = token(&guests.state.auth, User::new("7").with("plan", "gold")).await;
    let taken = staff.send(get("/gold"), &format!("staff={guest}")).await;
    assert_eq!(taken.status, StatusCode::UNAUTHORIZED);
    let own = guests.send(get("/gold"), &format!("guests={guest}")).await;
    assert_eq!(own.status, StatusCode::OK);
}

#[tokio::test]
async fn a_lowered_limit_holds_for_sessions_that_are_there_already() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let generous = App::new(|builder| builder.store(store.clone()));
    let cookie = generous.cookie().await;
    let strict = App::new(|builder| {
        builder
            .store(store)
            .clock(generous.clock.clone())
            .max_age(DAY)
            .absolute_max_age(2 * DAY)
    });
    generous.clock.advance(DAY);
    assert_eq!(
        strict.send(get("/gold"), &cookie).await.status,
        StatusCode::OK
    );
    generous.clock.advance(DAY);
    let over = strict.send(get("/gold"), &cookie).await;
    assert_eq!(over.code(), "session_expired");
}

#[derive(Clone, Deserialize)]
struct Account {}

#[protected(redirect, via = cookie)]
async fn account(_account: Session<Account>) {}

#[tokio::test]
async fn what_an_extractor_refuses_is_refused_as_by_the_guard() {
    for (id, status) in [
        ("down", StatusCode::SERVICE_UNAVAILABLE),
        ("gone", StatusCode::UNAUTHORIZED),
    ] {
        let clock = FakeClock::default();
        let auth = builder(&clock)
            .load_user(|id: String| async move {
                match id.as_str() {
                    "down" => Err("down"),
                    _ => Ok(None::<Account>),
                }
            })
            .build()
            .expect("usable");
        let app = Router::new()
            .route("/account", route_get(account))
            .with_state(auth.clone());
        let cookie = format!("session={}", token(&auth, User::new(id)).await);
        clock.advance(2 * DAY);
        let ask = || get("/account").header("cookie", &cookie);
        let answer = send(&app, ask()).await;
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.header("cache-control"),
            "no-store",
            "nothing is added"
        );
        let is_gone = id == "gone";
        assert_eq!(answer.clears_cookie(), is_gone);
        assert_eq!(answer.cookies().len(), usize::from(is_gone), "no refresh");
        if is_gone {
            assert_eq!(answer.header("www-authenticate"), r#"Session realm="app""#);
            let visit = send(&app, ask().header("sec-fetch-mode", "navigate")).await;
            assert_eq!(visit.status, StatusCode::SEE_OTHER);
        }
    }
}
