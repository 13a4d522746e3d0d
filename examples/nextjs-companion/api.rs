//! For programs: the Node.js program asks here in the name of its visitors.

use axum::Json;
use axum::extract::State;
use portcullis::{Session, authorized, protected};

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
