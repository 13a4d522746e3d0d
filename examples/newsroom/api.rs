//! The same newspaper for programs, under the same rules.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use portcullis::routing::get;
use portcullis::{Router, Session, authorized, protected, public};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

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

/// Who is signed in.
#[protected]
#[utoipa::path(get, path = "/api/me", responses((status = 200, body = serde_json::Value)))]
async fn me(session: Session) -> Json<Session> {
    Json(session)
}

/// The latest stories.
#[protected]
#[utoipa::path(get, path = "/api/posts", responses((status = 200, body = [Post])))]
async fn posts(State(db): State<Db>) -> Result<Json<Vec<Post>>, Problem> {
    Ok(Json(db.latest_posts(MOST_POSTS).await?))
}

#[derive(Serialize, ToSchema)]
struct Published {
    id: i64,
}

/// Publishes a story.
#[authorized(role = "editor")]
#[utoipa::path(
    post,
    path = "/api/posts",
    request_body = Submission,
    responses(
        (status = 201, body = Published),
        (status = 422, description = "The story has no headline or no text, or too much of it."),
    )
)]
async fn publish(
    session: Session,
    State(db): State<Db>,
    submission: Result<Json<Submission>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(submission) = submission?;
    let draft = submission.accept().map_err(AppError::Unpublishable)?;
    let id = db.publish(session.user_id(), &draft).await?;
    let location = [(LOCATION, format!("/posts/{id}"))];
    Ok((StatusCode::CREATED, location, Json(Published { id })))
}

/// Everybody who has an account.
#[authorized(role = "admin")]
#[utoipa::path(get, path = "/api/users", responses((status = 200, body = [Account])))]
async fn users(State(db): State<Db>) -> Result<Json<Vec<Account>>, Problem> {
    Ok(Json(db.accounts().await?))
}

#[public(reason = "monitoring has no account")]
pub(crate) async fn health() -> &'static str {
    "ok\n"
}

#[derive(OpenApi)]
#[openapi(info(title = "Newsroom"), paths(me, posts, publish, users))]
struct Description;

#[public(reason = "programs read it before they sign in")]
pub(crate) async fn describe(State(state): State<AppState>) -> Json<utoipa::openapi::OpenApi> {
    let mut description = Description::openapi();
    state.access.secure(&mut description, &state.auth);
    Json(description)
}

#[public(reason = "there is nothing to protect")]
async fn missing() -> Problem {
    AppError::NotFound.into()
}
