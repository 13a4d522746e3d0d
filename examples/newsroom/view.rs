//! The layout that all pages share.

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use portcullis::Session;

use crate::pages::{admin, posts};

const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
                    %3Crect width='16' height='16' rx='3' fill='%23a3262a'/%3E\
                    %3Cpath d='M4 12V4h1.6l4.8 5.2V4H12v8h-1.6L5.6 6.8V12z' fill='white'/%3E%3C/svg%3E";

pub(crate) fn page(title: &str, session: Option<&Session>, content: &Markup) -> Markup {
    let navigation = match session {
        Some(session) => visitor(session),
        None => html! {
            nav {
                a href="/" { "Front page" }
                a .button href="/sign-in?callbackUrl=/dashboard" { "Sign in" }
            }
        },
    };
    document(title, &navigation, content)
}

/// A page that leads nowhere else.
pub(crate) fn bare_page(title: &str, content: &Markup) -> Markup {
    document(title, &html! {}, content)
}

/// A page for somebody who did not get what they asked for.
pub(crate) fn notice(status: StatusCode, title: &str, detail: &str) -> Markup {
    let content = html! {
        section .notice {
            p .status { (status.as_u16()) }
            h1 { (title) }
            p .lede { (detail) }
            a .button href="/" { "To the front page" }
        }
    };
    bare_page(title, &content)
}

fn document(title: &str, navigation: &Markup, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · The Newsroom" }
                link rel="icon" href=(ICON);
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                header .masthead {
                    a .brand href="/" { "The Newsroom" }
                    (navigation)
                }
                main { (content) }
                footer { "Printed with portcullis and axum" }
            }
        }
    }
}

fn visitor(session: &Session) -> Markup {
    html! {
        nav {
            a href="/" { "Front page" }
            a href="/dashboard" { "Dashboard" }
            @if session.may(posts::form) { a href="/posts/new" { "Write" } }
            @if session.may(admin::show) { a href="/admin" { "Admin" } }
        }
        div .visitor {
            span .name { (name(session)) }
            span .badge { (role(session)) }
            form method="post" action="/sign-out" { button type="submit" { "Sign out" } }
        }
    }
}

pub(crate) fn name(session: &Session) -> &str {
    session.user.name.as_deref().unwrap_or(session.user_id())
}

pub(crate) fn role(session: &Session) -> &str {
    session.roles().first().map_or("guest", String::as_str)
}

/// Paragraphs are what empty lines separate.
pub(crate) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty())
}
