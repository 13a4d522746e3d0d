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
#[authorized(role = "editor", redirect)]
pub(crate) async fn form(session: Session, Query(submission): Query<Submission>) -> Markup {
    post_page(&session, &submission, &Mistakes::default())
}

#[authorized(role = "editor")]
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
    let page = Page {
        title: "Write a story",
        lede: "It is on the front page as soon as you publish it.",
        action: "/posts",
        button: "Publish",
        back: "/dashboard",
    };
    page.render(session, submission, mistakes)
}

/// The same form for a story that is printed already.
pub(crate) fn edit_page(
    session: &Session,
    id: i64,
    submission: &Submission,
    mistakes: &Mistakes,
) -> Markup {
    let address = format!("/posts/{id}");
    let page = Page {
        title: "Edit a story",
        lede: "Readers see the change as soon as you save it.",
        action: &address,
        button: "Save",
        back: &address,
    };
    page.render(session, submission, mistakes)
}

/// What differs between writing and editing.
struct Page<'a> {
    title: &'a str,
    lede: &'a str,
    action: &'a str,
    button: &'a str,
    back: &'a str,
}

impl Page<'_> {
    fn render(&self, session: &Session, submission: &Submission, mistakes: &Mistakes) -> Markup {
        let content = html! {
            section .card .medium {
                h1 { (self.title) }
                p .lede { (self.lede) }
                form method="post" action=(self.action) {
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
                        button .primary type="submit" { (self.button) }
                        a href=(self.back) { "Cancel" }
                    }
                }
            }
        };
        view::page(self.title, Some(session), &content)
    }
}

fn mistake(id: &str, text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { p .mistake id=(id) { (text) } } }
}
