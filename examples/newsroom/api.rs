//! The same newspaper for programs, under the same rules.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use portcullis::routing::get;
use portcullis::{Router, Session, authorized, protected, public};
use serde_json::json;

use crate::app::AppState;
use crate::db::{Account, Db, Post};
use crate::draft::Submission;
use crate::error::{AppError, Problem};

const MOST_POSTS: u32 = 100;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/me", get(me))
        .route("/posts", get(posts).post(publish))
        .route("/users", get(users))
        .fallback(missing)
}

#[protected]
async fn me(session: Session) -> Json<Session> {
    Json(session)
}

#[protected]
async fn posts(State(db): State<Db>) -> Result<Json<Vec<Post>>, Problem> {
    Ok(Json(db.latest_posts(MOST_POSTS).await?))
}

#[authorized(role = "editor")]
async fn publish(
    session: Session,
    State(db): State<Db>,
    submission: Result<Json<Submission>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(submission) = submission?;
    let draft = submission.accept().map_err(AppError::Unpublishable)?;
    let id = db.publish(session.user_id(), &draft).await?;
    let location = [(LOCATION, format!("/posts/{id}"))];
    Ok((StatusCode::CREATED, location, Json(json!({ "id": id }))))
}

#[authorized(role = "admin")]
async fn users(State(db): State<Db>) -> Result<Json<Vec<Account>>, Problem> {
    Ok(Json(db.accounts().await?))
}

#[public(reason = "monitoring has no account")]
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

#[public(reason = "there is nothing to protect")]
async fn missing() -> Problem {
    AppError::NotFound.into()
}
