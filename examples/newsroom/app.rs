//! The routes. Who may use one stands on its handler.

use std::sync::Arc;

use axum::extract::FromRef;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::map_response;
use axum::response::Response;
use portcullis::routing::{AccessMatrix, get, post};
use portcullis::{Auth, Router};

use crate::api;
use crate::db::Db;
use crate::pages::{admin, dashboard, front, password, posts, sign_in, story};

#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) auth: Auth,
    pub(crate) db: Db,
    /// Which route needs what, for the admin page and the description of the API.
    pub(crate) access: Arc<AccessMatrix>,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Db {
    fn from_ref(state: &AppState) -> Self {
        state.db.clone()
    }
}

pub(crate) fn router(auth: Auth, db: Db) -> Router {
    let routes = routes();
    let access = Arc::new(routes.access_matrix().clone());
    routes.with_state(AppState { auth, db, access })
}

fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(front::index))
        .route("/posts/{id}", get(front::article).post(story::reprint))
        .route("/posts/{id}/edit", get(story::form))
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/dashboard", get(dashboard::show))
        .route(
            "/account/password",
            get(password::form).post(password::change),
        )
        .route("/posts/new", get(posts::form))
        .route("/posts", post(posts::publish))
        .route("/admin", get(admin::show))
        .route("/healthz", get(api::health))
        .route("/openapi.json", get(api::describe))
        .nest("/api", api::routes())
        .fallback(front::missing)
        .layer(map_response(harden))
}

/// Pages load nothing from anywhere and are shown in no frame.
async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        (REFERRER_POLICY, "same-origin"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn everybody_may_what_was_reviewed() {
        portcullis::assert_access_matrix!(super::routes(), "newsroom/access.md");
    }
}
