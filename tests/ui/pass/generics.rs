//! Generic handlers and routers, with their bounds.

#![deny(warnings)]

use axum::extract::{FromRef, State};
use portcullis::{Auth, ProvidesAuth, Router, authorized, routing::get};

trait Repository: Clone + Send + Sync + 'static {
    fn count(&self) -> usize;
}

#[derive(Clone)]
struct Memory;

impl Repository for Memory {
    fn count(&self) -> usize {
        0
    }
}

#[derive(Clone)]
struct AppState {
    auth: Auth,
    memory: Memory,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Memory {
    fn from_ref(state: &AppState) -> Self {
        state.memory.clone()
    }
}

#[authorized(permission = "user:read")]
async fn count<R>(State(users): State<R>) -> String
where
    R: Repository,
{
    users.count().to_string()
}

#[authorized(permission = "user:read")]
async fn constant<const N: usize>() -> String {
    N.to_string()
}

fn routes<S: ProvidesAuth>() -> Router<S>
where
    Memory: FromRef<S>,
{
    Router::new()
        .route("/count", get(count::<Memory>))
        .route("/constant", get(constant::<7>))
}

fn main() {
    let _: Router<AppState> = Router::new().nest("/users", routes());
}
