//! For programs: the Node.js program asks here in the name of its visitors.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use portcullis::{
    Auth, ServerSession, ServerSessionError, Session, Token, authorized, protected, public,
};

use crate::app::AppState;

/// Who is signed in.
#[protected]
pub(crate) async fn me(session: Session) -> Json<Session> {
    Json(session)
}

/// Everybody who has an account.
#[authorized(role = "admin")]
pub(crate) async fn accounts(State(state): State<AppState>) -> Json<Vec<String>> {
    let addresses = state.accounts.addresses();
    Json(addresses.into_iter().map(str::to_owned).collect())
}

/// The route `/api/session` of the guides to NextAuth.js: `getServerSession` of the request, or `null`.
#[public(reason = "it says who is signed in, also when nobody is")]
pub(crate) async fn session(
    State(auth): State<Auth>,
    request: Parts,
) -> Result<Json<Option<ServerSession>>, ServerSessionError> {
    Ok(Json(auth.get_server_session(&request).await?))
}

/// The route `/api/token` of the guides to NextAuth.js: `getToken` of the request, or `null`.
#[public(reason = "whoever asks sees their own token, or none")]
pub(crate) async fn token(
    State(auth): State<Auth>,
    request: Parts,
) -> Result<Json<Option<Token>>, ServerSessionError> {
    Ok(Json(auth.get_token(&request).await?))
}
