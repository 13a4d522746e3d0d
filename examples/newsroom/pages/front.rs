//! What everybody reads.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Cached;
use maud::{Markup, html};
use portcullis::{Session, public};

use crate::app::AppState;
use crate::db::{Db, Post};
use crate::error::AppError;
use crate::pages::story::{self, Story};
use crate::view;

const MOST_POSTS: u32 = 30;

#[public(reason = "front page")]
pub(crate) async fn index(
    session: Option<Session>,
    State(db): State<Db>,
) -> Result<Markup, AppError> {
    let posts = db.latest_posts(MOST_POSTS).await?;
    let content = html! {
        h1 .visually-hidden { "Latest stories" }
        @match posts.split_first() {
            None => p .empty { "Nothing has been published yet." },
            Some((lead, others)) => {
                (teaser(lead, "lead"))
                div .teasers {
                    @for post in others { (teaser(post, "")) }
                }
            }
        }
    };
    Ok(view::page("Front page", session.as_ref(), &content))
}

#[public(reason = "published articles")]
pub(crate) async fn article(
    session: Option<Session>,
    Cached(Story(post)): Cached<Story>,
    State(state): State<AppState>,
    mut parts: Parts,
) -> Result<Markup, Response> {
    let may_edit = match &session {
        Some(session) => session.may_here(story::form, &mut parts, &state).await,
        None => Ok(false),
    };
    let may_edit = may_edit.map_err(IntoResponse::into_response)?;
    let content = html! {
        article .story {
            h1 { (post.title) }
            (byline(&post))
            @for paragraph in view::paragraphs(&post.body) { p { (paragraph) } }
            p .back {
                a href="/" { "← All stories" }
                @if may_edit { " · " a href={ "/posts/" (post.id) "/edit" } { "Edit this story" } }
            }
        }
    };
    Ok(view::page(&post.title, session.as_ref(), &content))
}

#[public(reason = "there is nothing to protect")]
pub(crate) async fn missing() -> AppError {
    AppError::NotFound
}

fn teaser(post: &Post, kind: &str) -> Markup {
    html! {
        article .teaser .(kind) {
            h2 { a href={ "/posts/" (post.id) } { (post.title) } }
            @if let Some(opening) = view::paragraphs(&post.body).next() { p { (opening) } }
            (byline(post))
        }
    }
}

fn byline(post: &Post) -> Markup {
    html! {
        p .byline {
            "By " span { (post.author) } " · "
            time datetime=(post.published_on) { (post.published_on) }
        }
    }
}
