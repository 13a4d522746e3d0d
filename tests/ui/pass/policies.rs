//! Policies: with extractors and without, in other modules, several in one rule, behind a condition.

#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use axum::{
    Json,
    extract::{FromRef, Path},
    http::StatusCode,
};
use portcullis::{Auth, Router, Session, authorized, policy, routing::put};

use self::policies::{is_open, owns_post};

#[derive(Clone)]
struct Posts;

#[derive(Clone)]
struct AppState {
    auth: Auth,
    posts: Posts,
}

mod policies {
    use axum::extract::{Path, State};
    use portcullis::{Session, policy};

    use super::Posts;

    /// Authors.
    #[policy]
    pub(crate) async fn owns_post(
        session: &Session,
        Path(id): Path<u64>,
        State(posts): State<Posts>,
    ) -> Result<bool, super::StatusCode> {
        posts
            .author(id)
            .map(|author| author == format!("{session:?}"))
    }

    #[policy]
    pub(super) async fn is_open(_: &Session, State(_): State<Posts>) -> bool {
        true
    }
}

impl Posts {
    fn author(&self, id: u64) -> Result<String, StatusCode> {
        (id > 0).then(String::new).ok_or(StatusCode::NOT_FOUND)
    }
}

/// Asks the session alone.
#[policy]
async fn is_somebody(session: &Session) -> bool {
    !format!("{session:?}").is_empty()
}

#[cfg(any())]
#[policy]
async fn left_out(session: &Missing) -> bool {}

#[authorized(any(policy = owns_post, policy = is_open))]
async fn edit(Json(post): Json<String>) -> String {
    post
}

#[authorized(any(role = "admin", all(policy = policies::owns_post, policy = is_somebody)))]
async fn remove(Path(_): Path<u64>) {}

#[authorized(policy = is_somebody)]
async fn show() {}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Posts {
    fn from_ref(state: &AppState) -> Self {
        state.posts.clone()
    }
}

fn main() {
    #[policy]
    async fn local(_: &Session) -> Result<bool, (StatusCode, &'static str)> {
        Ok(true)
    }

    #[authorized(policy = local)]
    async fn inside() {}

    let _: Router<AppState> = Router::new()
        .route("/{id}", put(edit).delete(remove))
        .route("/", put(show).delete(inside));
}
