//! The state can be named where the handler is written.

#![deny(warnings)]

use axum::{
    Json,
    extract::{FromRef, Path, State},
    response::IntoResponse,
};
use portcullis::{Auth, Router, Session, authorized, protected, public, routing::get};

#[derive(Clone)]
struct AppState<A, B> {
    auth: Auth,
    both: (A, B),
}

impl<A, B> FromRef<AppState<A, B>> for Auth {
    fn from_ref(state: &AppState<A, B>) -> Self {
        state.auth.clone()
    }
}

#[protected(state = AppState<u8, Vec<u16>>)]
async fn read(State(state): State<AppState<u8, Vec<u16>>>, session: Session) -> String {
    format!(
        "{}{}{}",
        state.both.0,
        state.both.1.len(),
        session.user_id()
    )
}

#[authorized(role = "admin", state = Auth)]
async fn write(Path(id): Path<u64>, Json(_): Json<String>) -> impl IntoResponse {
    id.to_string()
}

#[public(reason = "checked elsewhere", state = Auth)]
async fn generic<T: Default + ToString + 'static>() -> String {
    T::default().to_string()
}

#[public(reason = "landing page", state = Auth)]
async fn home() {}

fn main() {
    let _: Router<AppState<u8, Vec<u16>>> = Router::new().route("/read", get(read));
    let _: Router<Auth> = Router::new()
        .route("/write/{id}", get(write))
        .route("/generic", get(generic::<u8>))
        .route("/", get(home));
}
