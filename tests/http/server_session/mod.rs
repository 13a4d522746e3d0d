//! Sessions that are read where no guard is: `get_server_session`, `get_token`, callbacks and codecs.

mod callbacks;
mod claims;
mod codec;
mod endings;
mod inputs;
mod options;
mod reissued;
mod rolling;
mod shape;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::HeaderValue;
use http::header::SET_COOKIE;
use http::request::Parts;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{
    Auth, AuthBuilder, AuthError, CallbackError, Callbacks, JwtEvent, MemoryStore, Profile, Router,
    ServerSession, ServerSessionError, Session, SessionEvent, Token, User, protected, public,
};
use portcullis_tests::{FakeClock, builder};
use serde_json::Value;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const PROFILES: [Profile; 3] = [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4];

/// One configuration for each profile with signed sessions, and one with a store.
fn each(configure: impl Fn(AuthBuilder) -> AuthBuilder) -> Vec<(Auth, FakeClock)> {
    let mut each = Vec::new();
    for profile in PROFILES {
        each.push(made(|builder| configure(builder.profile(profile))));
    }
    each.push(made(|builder| configure(builder.store(MemoryStore::new()))));
    each
}

fn made(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> (Auth, FakeClock) {
    let clock = FakeClock::default();
    let auth = configure(builder(&clock)).build().expect("usable");
    (auth, clock)
}

fn ada() -> User {
    let user = User::new("7").named("Ada").with_email("ada@app.example");
    user.with_roles(["editor"]).with("theme", "dark")
}

/// The `Cookie` header of a visitor who was signed in just now.
async fn signed_in(auth: &Auth, user: User) -> String {
    let signed_in = auth.sign_in(user).await.expect("signed in");
    cookie_of(
        (signed_in, "")
            .into_response()
            .headers()
            .get_all(SET_COOKIE),
    )
}

/// The `Cookie` header of a visitor who was sent these.
fn cookie_of<'a>(values: impl IntoIterator<Item = &'a HeaderValue>) -> String {
    let values = values
        .into_iter()
        .map(|value| value.to_str().expect("text"));
    let pairs: Vec<_> = values.filter_map(|value| value.split(';').next()).collect();
    pairs.join("; ")
}

/// The name of the session cookie in a `Cookie` header.
fn name_of(cookie: &str) -> &str {
    cookie.split_once('=').expect("a value").0
}

#[public(reason = "tells everybody who they are")]
async fn session(
    State(auth): State<Auth>,
    parts: Parts,
) -> Result<Json<Option<ServerSession>>, ServerSessionError> {
    auth.get_server_session(&parts).await.map(Json)
}

#[public(reason = "refuses by itself")]
async fn token(token: Token) -> Json<Token> {
    Json(token)
}

#[public(reason = "tells everybody who they are")]
async fn perhaps(token: Option<Token>) -> Json<Option<Token>> {
    Json(token)
}

/// Asks more often than it needs.
#[protected]
async fn thrice(
    State(auth): State<Auth>,
    parts: Parts,
) -> Result<Json<Option<ServerSession>>, ServerSessionError> {
    auth.get_token(&parts).await?;
    auth.get_server_session(&parts).await?;
    let (session, _) = auth.get_server_session_with_cookies(&parts).await?;
    assert!(session.is_some());
    auth.get_server_session(&parts).await.map(Json)
}

#[protected]
async fn guarded(session: Session) -> String {
    session.user_id().to_owned()
}

#[protected]
async fn leave(
    State(auth): State<Auth>,
    parts: Parts,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let shown = auth.get_server_session_or_none(&parts).await;
    assert!(shown.is_some());
    Ok((auth.sign_out(&session).await?, "bye"))
}

#[protected]
async fn rename(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let user = User::new(session.user_id()).named("Countess");
    Ok((auth.update(&session, user).await?, "renamed"))
}

#[public(reason = "this is where people sign in")]
async fn sign_in(State(auth): State<Auth>) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_in(ada()).await?, "welcome"))
}

fn app(auth: &Auth) -> Router {
    Router::new()
        .route("/session", route_get(session))
        .route("/token", route_get(token))
        .route("/perhaps", route_get(perhaps))
        .route("/thrice", route_get(thrice))
        .route("/guarded", route_get(guarded))
        .route("/leave", route_post(leave))
        .route("/rename", route_post(rename))
        .route("/sign-in", route_post(sign_in))
        .with_state(auth.clone())
}

type Jwt = dyn Fn(Token) -> Result<Option<Token>, CallbackError> + Send + Sync;

/// Callbacks that note what they are asked.
#[derive(Clone)]
struct Noting {
    noted: Arc<Mutex<Vec<String>>>,
    jwt: Arc<Jwt>,
    session:
        Arc<dyn Fn(ServerSession, Value) -> Result<ServerSession, CallbackError> + Send + Sync>,
}

impl Noting {
    fn new() -> Self {
        Self {
            noted: Arc::default(),
            jwt: Arc::new(|token| Ok(Some(token))),
            session: Arc::new(|session, _| Ok(session)),
        }
    }

    /// Does that with each token.
    fn jwt(
        mut self,
        jwt: impl Fn(Token) -> Result<Option<Token>, CallbackError> + Send + Sync + 'static,
    ) -> Self {
        self.jwt = Arc::new(jwt);
        self
    }

    /// Does that with what is shown of each session; the value is the token, or the user in the store.
    fn session(
        mut self,
        session: impl Fn(ServerSession, Value) -> Result<ServerSession, CallbackError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.session = Arc::new(session);
        self
    }

    fn note(&self, what: impl Into<String>) {
        self.noted
            .lock()
            .expect("nobody panicked")
            .push(what.into());
    }

    /// What was noted since the last time.
    fn noted(&self) -> Vec<String> {
        std::mem::take(&mut *self.noted.lock().expect("nobody panicked"))
    }
}

impl Callbacks for Noting {
    async fn jwt(&self, token: Token, event: JwtEvent<'_>) -> Result<Option<Token>, CallbackError> {
        self.note(match event {
            JwtEvent::SignIn { user } => format!("jwt: sign in {}", user.id),
            JwtEvent::Changed { user } => format!("jwt: changed {}", user.id),
            JwtEvent::Read => "jwt: read".to_owned(),
            other => format!("jwt: {other:?}"),
        });
        (self.jwt)(token)
    }

    async fn session(
        &self,
        session: ServerSession,
        event: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
        let about = match event {
            SessionEvent::Token(token) => serde_json::to_value(token)?,
            SessionEvent::Stored { user, .. } => serde_json::to_value(user)?,
            other => panic!("{other:?}"),
        };
        self.note("session");
        (self.session)(session, about)
    }

    async fn signed_in(&self, user: &User) {
        self.note(format!("signed in {}", user.id));
    }

    async fn signed_out(&self, user_id: &str) {
        self.note(format!("signed out {user_id}"));
    }
}

/// The token with a claim more.
fn with(mut token: Token, name: &str, value: impl Into<Value>) -> Token {
    token.claims_mut().insert(name.to_owned(), value.into());
    token
}
