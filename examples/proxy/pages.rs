//! For people. The pages for signing in and out are those of Auth.js.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use portcullis::{Session, authorized, protected, public};

use crate::api;

#[public(reason = "it says who is signed in, also when nobody is")]
pub(crate) async fn home(session: Option<Session>) -> Markup {
    let may_see_figures = |session: &Session| session.may(api::figures);
    let is_admin = session.as_ref().is_some_and(may_see_figures);
    let content = html! {
        section .card {
            @match &session {
                Some(session) => {
                    h1 { (name(session)) }
                    (who(session))
                    p { a .button href="/api/auth/signout?callbackUrl=/" { "Sign out" } }
                }
                None => {
                    h1 { "Nobody is signed in" }
                    p .soft { "The sign-in page is that of Auth.js, behind this service." }
                    p { a .button .primary href="/api/auth/signin?callbackUrl=/" { "Sign in" } }
                }
            }
        }
        h2 { "Who may see what" }
        dl {
            (route("/api/token", "everybody", true))
            (route("/account", "whoever is signed in", session.is_some()))
            (route("/api/me", "whoever is signed in", session.is_some()))
            (route("/admin", "role admin", is_admin))
            (route("/api/figures", "role admin", is_admin))
        }
    };
    page(&content)
}

fn route(path: &str, rule: &str, may: bool) -> Markup {
    html! {
        div {
            dt { a href=(path) { code { "GET " (path) } } }
            dd { (rule) }
            dd { span .badge { (if may { "you may" } else { "not you" }) } }
        }
    }
}

/// Anonymous visitors sign in first, and come back.
#[protected(redirect)]
pub(crate) async fn account(session: Session) -> Markup {
    page(&html! {
        section .card {
            h1 { "Your account" }
            p { "You are " (name(&session)) "." }
            (who(&session))
        }
    })
}

#[authorized(role = "admin", redirect)]
pub(crate) async fn admin() -> Markup {
    page(&html! {
        section .card {
            h1 { "Administration" }
            p { "Only admins see this page." }
        }
    })
}

fn name(session: &Session) -> &str {
    session.user.name.as_deref().unwrap_or(session.user_id())
}

fn who(session: &Session) -> Markup {
    html! {
        p .soft {
            (session.user.email.as_deref().unwrap_or_default()) " "
            @for role in session.roles() { span .badge { (role) } " " }
        }
    }
}

fn page(content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Portcullis in front of Auth.js" }
                link rel="icon" href="data:,";
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body {
                nav {
                    a href="/" { "Home" }
                    a href="/account" { "Account" }
                    a href="/admin" { "Admin" }
                }
                main { (content) }
            }
        }
    }
}
