//! For programs.

use axum::Json;
use axum::http::request::Parts;
use portcullis::{ServerSessionError, Session, Token, authorized, get_token, protected, public};
use serde_json::{Value, json};

/// Who is signed in.
#[protected]
pub(crate) async fn me(session: Session) -> Json<Session> {
    Json(session)
}

/// What only admins read.
#[authorized(role = "admin")]
pub(crate) async fn figures() -> Json<Value> {
    Json(json!({"orders": 128, "returns": 3}))
}

/// What the visitor's token says, or `null`: what `getToken` is in JavaScript. It needs no state, only what is
/// configured for the process.
#[public(reason = "whoever asks sees their own token, or none")]
pub(crate) async fn token(request: Parts) -> Result<Json<Option<Token>>, ServerSessionError> {
    Ok(Json(get_token(&request).await?))
}
