//! The application that most suites ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Json;
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Redirect};
use portcullis::routing::{get, post};
use portcullis::{
    Auth, AuthBuilder, AuthError, Router, Session, SqliteStore, User, authorized, protected, public,
};
use portcullis_tests::handlers::sign_out;
use portcullis_tests::{Answer, FakeClock, builder, send};

/// How often a guarded handler has run.
#[derive(Debug, Clone, Default)]
pub struct Runs(Arc<AtomicUsize>);

impl Runs {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Debug, Clone)]
pub struct AppState {
    auth: Auth,
    runs: Runs,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Runs {
    fn from_ref(state: &AppState) -> Self {
        state.runs.clone()
    }
}

#[public(reason = "the start page greets everybody")]
async fn home(session: Option<Session>) -> String {
    session.map_or("hello stranger".to_owned(), |session| {
        format!("hello {}", session.user_id())
    })
}

#[public(reason = "needs nobody")]
async fn plain() -> &'static str {
    "plain"
}

#[public(reason = "looks the same for everybody")]
async fn cached(_session: Option<Session>) -> impl IntoResponse {
    ([("cache-control", "public, max-age=3600")], "cached")
}

#[protected]
async fn me(State(runs): State<Runs>, session: Session) -> Json<Session> {
    runs.add();
    Json(session)
}

#[protected(redirect)]
async fn page(State(runs): State<Runs>) -> &'static str {
    runs.add();
    "page"
}

#[protected(redirect = "/other-door?lang=de")]
async fn other_page() -> &'static str {
    "other page"
}

#[authorized(role = "admin")]
async fn admin(State(runs): State<Runs>) -> &'static str {
    runs.add();
    "admin"
}

#[authorized(any(all(role = "a", role = "b"), role = "c"), permission = "mfa")]
async fn mixed() -> &'static str {
    "mixed"
}

#[authorized(permission = any("post:write", "post:admin"), not(role = "banned"))]
async fn write(
    State(runs): State<Runs>,
    Json(value): Json<serde_json::Value>,
) -> Json<serde_json::Value> {
    runs.add();
    Json(value)
}

#[public(reason = "this is where people sign in")]
async fn sign_in(
    State(auth): State<Auth>,
    Json(user): Json<User>,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_in(user).await?, Redirect::to("/")))
}

#[public(reason = "for clients without cookies")]
async fn token(State(auth): State<Auth>, Json(user): Json<User>) -> Result<String, AuthError> {
    Ok(auth.sign_in(user).await?.expose_token().to_owned())
}

/// The application under test, with what a test needs to steer it.
#[derive(Debug, Clone)]
pub struct App {
    pub router: Router,
    pub auth: Auth,
    pub runs: Runs,
    pub clock: FakeClock,
}

impl App {
    pub fn jwt() -> Self {
        Self::configured(|builder| builder)
    }

    pub async fn database() -> Self {
        let store = SqliteStore::in_memory().await.expect("memory");
        Self::configured(|builder| builder.store(store))
    }

    /// One application for each strategy.
    pub async fn each() -> [Self; 2] {
        [Self::jwt(), Self::database().await]
    }

    pub fn configured(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let clock = FakeClock::default();
        let auth = configure(builder(&clock))
            .build()
            .expect("a usable configuration");
        let runs = Runs::default();
        let router = Router::new()
            .route("/", get(home))
            .route("/plain", get(plain).post(plain))
            .route("/cached", get(cached))
            .route("/me", get(me).post(me))
            .route("/page", get(page).post(page))
            .route("/other-page", get(other_page))
            .route("/admin", get(admin))
            .route("/mixed", get(mixed))
            .route("/write", post(write))
            .route("/sign-in", post(sign_in))
            .route("/token", post(token))
            .route("/sign-out", post(sign_out))
            .with_state(AppState {
                auth: auth.clone(),
                runs: runs.clone(),
            });
        Self {
            router,
            auth,
            runs,
            clock,
        }
    }

    pub async fn send(&self, request: http::request::Builder) -> Answer {
        send(&self.router, request).await
    }

    /// Signs a user in over HTTP and gives the `name=value` of the session cookie.
    pub async fn sign_in(&self, user: User) -> String {
        self.sign_in_with(user, None).await.cookie()
    }

    /// Signs a user in over HTTP, with an earlier cookie.
    pub async fn sign_in_with(&self, user: User, cookie: Option<&str>) -> Answer {
        let mut request =
            portcullis_tests::post("/sign-in").header("content-type", "application/json");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let user = serde_json::to_vec(&user).expect("a user is JSON");
        portcullis_tests::send_body(&self.router, request, user.into()).await
    }

    /// A bearer token for a user.
    pub async fn token(&self, user: User) -> String {
        let request = portcullis_tests::post("/token").header("content-type", "application/json");
        let user = serde_json::to_vec(&user).expect("a user is JSON");
        portcullis_tests::send_body(&self.router, request, user.into())
            .await
            .body
    }
}
