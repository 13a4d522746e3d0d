//! The application that asks the upstream.

use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::request::Parts;
use portcullis::routing::get as route_get;
use portcullis::{
    Auth, AuthBuilder, Degraded, ProxyOptions, Router, Session, Token, authorized, protected,
    public,
};
use portcullis_tests::{Answer, FakeClock, ORIGIN, get, send};
use serde_json::{Value, json};

use crate::upstream::{Asked, Reply};

/// A session cookie of the visitor's.
pub const COOKIE: &str = "session=hers-alone";
/// The same as a bearer token.
pub const BEARER: &str = "Bearer hers-alone";
/// When the clock of the tests starts.
pub const NOW: i64 = 1_800_000_000;
/// A day after that.
pub const TOMORROW: &str = "2027-01-16T08:00:00.000Z";

#[protected]
async fn me(session: Session) -> Json<Session> {
    Json(session)
}

#[protected(live)]
async fn live(session: Session) -> Json<Session> {
    Json(session)
}

#[protected(redirect)]
async fn page() -> &'static str {
    "page"
}

#[authorized(role = "admin")]
async fn admin() -> &'static str {
    "admin"
}

#[protected(fresh = "15m")]
async fn fresh() -> &'static str {
    "fresh"
}

#[public(reason = "greets everybody")]
async fn hello(session: Option<Session>, Degraded(is_degraded): Degraded) -> String {
    match session {
        Some(session) => format!("hello {}", session.user_id()),
        None if is_degraded => "nobody knows".to_owned(),
        None => "hello stranger".to_owned(),
    }
}

#[public(reason = "looks for itself")]
async fn shown(State(auth): State<Auth>, parts: Parts) -> Json<Value> {
    Json(match auth.get_server_session(&parts).await {
        Ok(session) => json!(session),
        Err(error) => json!({"error": format!("{error:?}")}),
    })
}

#[public(reason = "looks for itself")]
async fn or_none(State(auth): State<Auth>, parts: Parts) -> Json<Value> {
    Json(json!(auth.get_server_session_or_none(&parts).await))
}

#[public(reason = "looks for itself")]
async fn token(State(auth): State<Auth>, parts: Parts) -> Json<Value> {
    Json(match auth.get_token(&parts).await {
        Ok(token) => json!(token),
        Err(error) => json!({"error": format!("{error:?}")}),
    })
}

#[protected]
async fn own_token(token: Token) -> Json<Token> {
    Json(token)
}

#[public(reason = "needs nobody")]
async fn plain() -> &'static str {
    "plain"
}

/// The routes, which need an `Auth` yet.
pub fn routes() -> Router<Auth> {
    Router::new()
        .route("/me", route_get(me).post(me))
        .route("/live", route_get(live))
        .route("/page", route_get(page))
        .route("/admin", route_get(admin))
        .route("/fresh", route_get(fresh))
        .route("/hello", route_get(hello))
        .route("/shown", route_get(shown))
        .route("/or-none", route_get(or_none))
        .route("/token", route_get(token))
        .route("/own-token", route_get(own_token))
        .route("/plain", route_get(plain))
}

/// The application under test.
#[derive(Debug, Clone)]
pub struct App {
    pub router: Router,
    pub auth: Auth,
    pub clock: FakeClock,
}

impl App {
    pub fn new(options: ProxyOptions) -> Self {
        Self::configured(options, |builder| builder)
    }

    pub fn configured(
        options: ProxyOptions,
        configure: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let clock = FakeClock::default();
        let builder = Auth::proxy(options).origin(ORIGIN).environment(|_| None);
        let builder = configure(builder.clock(clock.clone()));
        let auth = builder.build().expect("a usable configuration");
        Self {
            router: routes().with_state(auth.clone()),
            auth,
            clock,
        }
    }

    pub async fn send(&self, request: http::request::Builder) -> Answer {
        send(&self.router, request).await
    }

    /// Visits a path with a session cookie.
    pub async fn visit(&self, path: &str) -> Answer {
        self.send(get(path).header("cookie", COOKIE)).await
    }
}

/// A session as Auth.js shows it, of a user with an id.
pub fn session() -> Value {
    json!({
        "user": {"id": "7", "name": "Ada", "email": "ada@example.com"},
        "expires": TOMORROW,
    })
}

/// The session of another user.
pub fn of_user(id: &str) -> Value {
    let mut session = session();
    session["user"]["id"] = json!(id);
    session
}

/// Says who a session is by the cookie that it came with.
pub fn by_cookie(asked: &Asked) -> Reply {
    let cookie = asked.header("cookie");
    let (_, id) = cookie.split_once('=').expect("a cookie");
    Reply::json(&of_user(id))
}

/// Lets the machine's own time go on by that, at once. It is what cached answers grow old by.
pub async fn pass(duration: Duration) {
    tokio::time::pause();
    tokio::time::advance(duration).await;
    tokio::time::resume();
}

/// While this is held, the machine's own time goes on only as far as it is told to, however long sockets
/// take. Then it goes on to whatever is waited for next, at once.
#[derive(Debug)]
pub struct Still(
    #[expect(dead_code, reason = "what waits for the other end ends with it")] Sender<()>,
);

impl Still {
    pub fn new() -> Self {
        let (held, released) = channel();
        // Tokio lets a paused clock go on by itself, but not while a thread is at work.
        tokio::task::spawn_blocking(move || released.recv());
        tokio::time::pause();
        Self(held)
    }
}
