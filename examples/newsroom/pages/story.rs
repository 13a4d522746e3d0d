//! Changing what is printed: editors their own stories, admins all of them.

use axum::Form;
use axum::extract::{FromRef, FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Cached;
use maud::Markup;
use portcullis::{Session, authorized, policy};

use crate::db::{Db, Post};
use crate::draft::{Mistakes, Submission};
use crate::error::AppError;
use crate::pages::posts;

/// The story in the path. As `Cached<Story>` it is loaded once a request, for the policy and the
/// handler together.
#[derive(Clone)]
pub(crate) struct Story(pub(crate) Post);

impl<S> FromRequestParts<S> for Story
where
    S: Send + Sync,
    Db: FromRef<S>,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let Path(id) = Path::from_request_parts(parts, state).await?;
        let post = Db::from_ref(state).post(id).await?;
        post.map(Self).ok_or(AppError::NotFound)
    }
}

#[policy]
async fn wrote_it(session: &Session, Cached(Story(post)): Cached<Story>) -> bool {
    post.author_id == session.user_id()
}

#[authorized(any(role = "admin", all(role = "editor", policy = wrote_it)), redirect)]
pub(crate) async fn form(session: Session, Cached(Story(post)): Cached<Story>) -> Markup {
    let submission = Submission {
        title: post.title,
        body: post.body,
    };
    posts::edit_page(&session, post.id, &submission, &Mistakes::default())
}

#[authorized(any(role = "admin", all(role = "editor", policy = wrote_it)))]
pub(crate) async fn reprint(
    session: Session,
    Cached(Story(post)): Cached<Story>,
    State(db): State<Db>,
    Form(submission): Form<Submission>,
) -> Result<Response, AppError> {
    match submission.accept() {
        Ok(draft) => {
            db.reprint(post.id, &draft).await?;
            Ok(Redirect::to(&format!("/posts/{}", post.id)).into_response())
        }
        Err(mistakes) => {
            let page = posts::edit_page(&session, post.id, &submission, &mistakes);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
