//! The application that most suites ask.

use axum::extract::Path;
use portcullis::routing::{get, post, put};
use portcullis::{
    Auth, AuthBuilder, MemoryStore, Router, Session, authorized, policy, protected, public,
};
use portcullis_tests::{FakeClock, builder};

#[public(reason = "the start page greets everybody")]
async fn home() -> &'static str {
    "home"
}

#[protected]
pub async fn me(session: Session) -> String {
    format!(
        "{} {:?} {:?}",
        session.user_id(),
        session.roles(),
        session.acr()
    )
}

#[protected(redirect)]
async fn page() -> &'static str {
    "page"
}

#[authorized(role = "admin", deny = not_found)]
async fn admin() -> &'static str {
    "admin"
}

#[authorized(role = "admin", fresh = "15m", acr = "phr")]
async fn vault() -> &'static str {
    "vault"
}

#[policy]
async fn is_named_one(_: &Session, Path(id): Path<u32>) -> bool {
    id == 1
}

#[authorized(any(role = "editor", policy = is_named_one))]
pub async fn edit(Path(id): Path<u32>) -> String {
    format!("edited {id}")
}

#[authorized(owner = "user_id")]
async fn letters() -> &'static str {
    "letters"
}

#[authorized(scope = "posts:read", via = bearer)]
async fn feed() -> &'static str {
    "feed"
}

pub fn routes() -> Router<Auth> {
    Router::new()
        .route("/", get(home))
        .route("/me", get(me))
        .route("/page", get(page))
        .route("/admin", get(admin).post(admin))
        .route("/vault", post(vault))
        .route("/posts/{id}", put(edit))
        .route("/users/{user_id}/letters", get(letters))
        .route("/feed", get(feed))
}

/// An `Auth`, a router that has it, and the clock of both.
#[derive(Debug, Clone)]
pub struct App {
    pub auth: Auth,
    pub router: Router,
    pub clock: FakeClock,
}

impl App {
    pub fn configured(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let clock = FakeClock::default();
        let auth = configure(builder(&clock)).build().expect("usable");
        let router = routes().with_state(auth.clone());
        Self {
            auth,
            router,
            clock,
        }
    }

    /// One application for each strategy.
    pub fn each() -> [Self; 2] {
        [
            Self::configured(|builder| builder),
            Self::configured(|builder| builder.store(MemoryStore::new())),
        ]
    }
}
