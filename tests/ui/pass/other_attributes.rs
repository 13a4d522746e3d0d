//! Attributes of other crates, below ours.

#![deny(warnings)]

use axum::extract::{Path, State};
use axum::Json;
use portcullis::{Auth, Router, Session, authorized, protected, public, routing::get};

#[protected]
#[tracing::instrument(skip_all)]
async fn traced(session: Session) -> String {
    session.user_id().to_owned()
}

#[authorized(role = "admin")]
#[axum::debug_handler(state = Auth)]
async fn debugged(State(_auth): State<Auth>, Path(id): Path<u64>) -> Json<u64> {
    Json(id)
}

#[public(reason = "the documentation")]
#[utoipa::path(get, path = "/documented", responses((status = 200, body = String)))]
async fn documented() -> String {
    String::new()
}

/// Documented, configured and allowed.
#[protected]
#[cfg_attr(all(), doc = "More of it.")]
#[allow(clippy::unused_async)]
#[must_use]
async fn decorated() -> &'static str {
    "decorated"
}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/traced", get(traced))
        .route("/debugged/{id}", get(debugged))
        .route("/documented", get(documented))
        .route("/decorated", get(decorated));
}
