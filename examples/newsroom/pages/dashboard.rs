//! The page of whoever is signed in.

use axum::extract::State;
use maud::{Markup, html};
use portcullis::{Session, protected};

use crate::db::Db;
use crate::error::AppError;
use crate::pages::{admin, posts};
use crate::view;

#[protected(redirect)]
pub(crate) async fn show(session: Session, State(db): State<Db>) -> Result<Markup, AppError> {
    let stories = db.posts_by(session.user_id()).await?;
    let may_write = session.may(posts::form);
    let content = html! {
        header .heading {
            h1 { "Good to see you, " (view::name(&session)) }
            p .lede { "You are signed in as " (view::role(&session)) "." }
        }
        div .columns {
            section {
                h2 { "Your stories" }
                @if stories.is_empty() {
                    p .empty {
                        @if may_write { "You have not published anything yet." }
                        @else { "Readers read; what editors publish is on the front page." }
                    }
                } @else {
                    ul .stories {
                        @for post in &stories {
                            li {
                                a href={ "/posts/" (post.id) } { (post.title) }
                                time datetime=(post.published_on) { (post.published_on) }
                            }
                        }
                    }
                }
                @if may_write { a .button .primary href="/posts/new" { "Write a story" } }
            }
            section .card {
                h2 { "What you may do" }
                ul .abilities {
                    (ability(true, "Read every story, here and through the API"))
                    (ability(may_write, "Write and publish stories"))
                    (ability(session.may(admin::show), "See accounts, sessions and access rules"))
                }
                p { a href="/account/password" { "Change your password" } }
            }
        }
    };
    Ok(view::page("Dashboard", Some(&session), &content))
}

fn ability(granted: bool, what: &str) -> Markup {
    html! {
        li .granted[granted] {
            span .mark aria-hidden="true" { @if granted { "✓" } @else { "–" } }
            span { span .visually-hidden { @if granted { "Yes: " } @else { "No: " } } (what) }
        }
    }
}
