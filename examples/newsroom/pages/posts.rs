//! What editors write.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use portcullis::{Session, authorized};

use crate::db::Db;
use crate::draft::{Mistakes, Submission};
use crate::error::AppError;
use crate::view;

/// A link such as `/posts/new?title=Harbour` begins with a headline.
#[authorized(role = any("editor", "admin"), redirect)]
pub(crate) async fn form(session: Session, Query(submission): Query<Submission>) -> Markup {
    post_page(&session, &submission, &Mistakes::default())
}

#[authorized(role = any("editor", "admin"))]
pub(crate) async fn publish(
    session: Session,
    State(db): State<Db>,
    Form(submission): Form<Submission>,
) -> Result<Response, AppError> {
    match submission.accept() {
        Ok(draft) => {
            let id = db.publish(session.user_id(), &draft).await?;
            Ok(Redirect::to(&format!("/posts/{id}")).into_response())
        }
        Err(mistakes) => {
            let page = post_page(&session, &submission, &mistakes);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

fn post_page(session: &Session, submission: &Submission, mistakes: &Mistakes) -> Markup {
    let content = html! {
        section .card .medium {
            h1 { "Write a story" }
            p .lede { "It is on the front page as soon as you publish it." }
            form method="post" action="/posts" {
                div .field {
                    label for="title" { "Headline" }
                    input #title type="text" name="title" value=(submission.title)
                        aria-invalid=[mistakes.title.map(|_| "true")]
                        aria-describedby=[mistakes.title.map(|_| "title-mistake")];
                    (mistake("title-mistake", mistakes.title))
                }
                div .field {
                    label for="body" { "Story" }
                    textarea #body name="body" rows="12"
                        aria-invalid=[mistakes.body.map(|_| "true")]
                        aria-describedby={ "body-hint" @if mistakes.body.is_some() { " body-mistake" } } {
                        (submission.body)
                    }
                    p #body-hint .hint { "An empty line begins a new paragraph." }
                    (mistake("body-mistake", mistakes.body))
                }
                div .actions {
                    button .primary type="submit" { "Publish" }
                    a href="/dashboard" { "Cancel" }
                }
            }
        }
    };
    view::page("Write a story", Some(session), &content)
}

fn mistake(id: &str, text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { p .mistake id=(id) { (text) } } }
}
