//! What admins look after.

use axum::extract::State;
use maud::{Markup, html};
use portcullis::routing::AccessMatrix;
use portcullis::{Session, authorized};

use crate::app::AppState;
use crate::db::{Account, Post};
use crate::error::AppError;
use crate::view;

const MOST_POSTS: u32 = 100;

#[authorized(role = "admin", redirect)]
pub(crate) async fn show(
    session: Session,
    State(state): State<AppState>,
) -> Result<Markup, AppError> {
    let accounts = state.db.accounts().await?;
    let posts = state.db.latest_posts(MOST_POSTS).await?;
    let figures = state.db.figures().await?;
    let content = html! {
        header .heading {
            h1 { "Administration" }
            p .lede { "Who is here, what is printed, and who may do what." }
        }
        dl .figures {
            div { dt { "Accounts" } dd { (figures.accounts) } }
            div { dt { "Stories" } dd { (figures.posts) } }
            div { dt { "Active sessions" } dd { (figures.sessions) } }
        }
        (accounts_table(&accounts))
        (posts_table(&posts))
        (access_table(&state.access))
    };
    Ok(view::page("Administration", Some(&session), &content))
}

fn accounts_table(accounts: &[Account]) -> Markup {
    html! {
        section {
            h2 { "Accounts" }
            div .scroll {
                table {
                    thead { tr { th { "Name" } th { "E-mail" } th { "Role" } } }
                    tbody {
                        @for account in accounts {
                            tr {
                                td { (account.name) }
                                td { (account.email) }
                                td { span .badge { (account.role) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn posts_table(posts: &[Post]) -> Markup {
    html! {
        section {
            h2 { "Latest stories" }
            @if posts.is_empty() { p .empty { "Nothing has been published yet." } }
            @else {
                div .scroll {
                    table {
                        thead { tr { th { "Headline" } th { "Author" } th { "Published" } } }
                        tbody {
                            @for post in posts {
                                tr {
                                    td { a href={ "/posts/" (post.id) } { (post.title) } }
                                    td { (post.author) }
                                    td .date { (post.published_on) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn access_table(access: &AccessMatrix) -> Markup {
    html! {
        section {
            h2 { "Access rules" }
            p .lede { "Read from the guards of the running program." }
            div .scroll {
                table #access {
                    thead { tr { th { "Method" } th { "Path" } th { "Who may pass" } th { "Options" } } }
                    tbody {
                        @for entry in access.entries() {
                            tr {
                                td { code { (entry.methods()) } }
                                td { code { (entry.path()) } }
                                td { (entry.rule()) }
                                td { (entry.options().join(", ")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
