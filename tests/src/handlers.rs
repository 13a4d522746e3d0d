//! Handlers that several applications of the tests have.

use axum::extract::State;
use axum::response::IntoResponse;
use portcullis::{Auth, AuthError, Session, protected};

/// Ends the visitor's session.
#[protected]
pub async fn sign_out(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_out(&session).await?, "bye"))
}

/// Gives the visitor's session a new id.
#[protected]
pub async fn rotate(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.rotate(&session).await?, "rotated"))
}
