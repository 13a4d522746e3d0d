//! An application whose state is whatever is configured for the process.

use axum::Json;
use axum::extract::{FromRef, State};
use axum::response::IntoResponse;
use http::request::Parts;
use portcullis::routing::{any, get as route_get, post as route_post};
use portcullis::{
    Auth, AuthBuilder, AuthError, Router, Session, Token, User, authorized, protected, public,
};
use portcullis_tests::handlers::sign_out;
use portcullis_tests::{Answer, FakeClock, builder, send};
use serde_json::{Value, json};

/// A secret of another application.
pub const OTHER_SECRET: &str = "lG2LQ0bCW3qXJq0mE1wIhYkF9s5t7u9vAxBzCyDwEvE=";

/// A state that has more than an `Auth`.
#[derive(Debug, Clone)]
struct AppState {
    auth: Auth,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

#[protected]
async fn me(session: Session) -> String {
    session.user_id().to_owned()
}

#[authorized(role = "admin")]
async fn admin() -> &'static str {
    "admin"
}

#[authorized(role = "admin", deny = not_found)]
async fn hidden() -> &'static str {
    "hidden"
}

#[protected(live)]
async fn live(session: Session) -> String {
    session.user_id().to_owned()
}

#[protected(redirect)]
async fn page() -> &'static str {
    "page"
}

#[protected(via = bearer)]
async fn api() -> &'static str {
    "api"
}

#[public(reason = "needs nobody")]
async fn plain() -> &'static str {
    "plain"
}

#[public(cross_site, reason = "hooks of other sites")]
async fn hook() -> &'static str {
    "hook"
}

#[public(reason = "greets everybody")]
async fn hello(session: Option<Session>) -> String {
    session.map_or("hello stranger".to_owned(), |session| {
        format!("hello {}", session.user_id())
    })
}

#[public(reason = "shows its token")]
async fn token(token: Option<Token>) -> String {
    token.map_or_else(String::new, |token| token.sub().to_owned())
}

#[public(reason = "looks for itself")]
async fn shown(State(auth): State<Auth>, parts: Parts) -> Json<Value> {
    let here = auth.get_server_session(&parts).await;
    let free = portcullis::get_server_session(&parts).await;
    let id = |session: portcullis::ServerSession| session.session().user_id().to_owned();
    let shown = |session: Result<Option<_>, portcullis::ServerSessionError>| match session {
        Ok(session) => json!(session.map(id)),
        Err(error) => json!(format!("{error:?}")),
    };
    Json(json!([shown(here), shown(free)]))
}

#[public(reason = "this is where people sign in")]
async fn sign_in(State(auth): State<Auth>) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_in(User::new("7")).await?, "welcome"))
}

/// The routes, for any state.
macro_rules! routes {
    () => {
        Router::new()
            .route("/me", route_get(me).post(me))
            .route("/admin", route_get(admin))
            .route("/hidden", route_get(hidden))
            .route("/live", route_get(live))
            .route("/page", route_get(page))
            .route("/api", route_get(api))
            .route("/plain", any(plain))
            .route("/hook", any(hook))
            .route("/hello", route_get(hello))
            .route("/token", route_get(token))
            .route("/shown", route_get(shown))
            .route("/sign-in", route_post(sign_in))
            .route("/sign-out", route_post(sign_out))
    };
}

/// The same application twice: with an [`Auth`] as its state, and with a state that has one.
pub fn apps() -> [Router; 2] {
    let auth = Auth::global();
    [
        routes!().with_state(auth.clone()),
        routes!().with_state(AppState { auth }),
    ]
}

/// An application with [`Auth::global`] as its state.
pub fn app() -> Router {
    let [app, _] = apps();
    app
}

/// A configuration whose sessions are signed.
pub fn local(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Auth {
    let auth = configure(builder(&FakeClock::default())).build();
    auth.expect("a usable configuration")
}

/// The cookie of somebody who signs in there.
pub async fn cookie(auth: &Auth, name: &str, user: User) -> String {
    let signed_in = auth.sign_in(user).await.expect("signed in");
    format!("{name}={}", signed_in.expose_token())
}

pub async fn visit(app: &Router, path: &str, cookie: &str) -> Answer {
    send(app, portcullis_tests::get(path).header("cookie", cookie)).await
}
