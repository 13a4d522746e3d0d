//! For people: who is signed in here, and a sign-in of our own beside that of Auth.js.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use portcullis::{Auth, AuthError, ReturnTo, Session, protected, public};
use serde::Deserialize;

use crate::api;
use crate::app::AppState;
use crate::view::{self, Sides};

#[public(reason = "it says who is signed in, also when nobody is")]
pub(crate) async fn home(session: Option<Session>, State(state): State<AppState>) -> Markup {
    let reads_accounts = |session: &Session| session.may(api::accounts);
    let content = html! {
        section .card {
            p .where { "axum, in Rust" }
            @match &session {
                Some(session) => (visitor(session, &state.sides)),
                None => (nobody(&state.sides)),
            }
        }
        section {
            h2 { "What you may ask this API" }
            p .soft { "The guards decide by the same cookie, whoever has written it." }
            dl {
                (route("/api/session", "everybody: the session as Auth.js shows it", true))
                (route("/api/token", "everybody: what the token says", true))
                (route("/api/me", "any signed-in user", session.is_some()))
                (route("/api/accounts", "role admin", session.as_ref().is_some_and(reads_accounts)))
            }
        }
    };
    view::page(&state.sides, &content)
}

fn visitor(session: &Session, sides: &Sides) -> Markup {
    let user = &session.user;
    html! {
        h1 { (user.name.as_deref().unwrap_or(session.user_id())) }
        p .soft {
            (user.email.as_deref().unwrap_or_default()) " "
            @for role in session.roles() { span .badge { (role) } " " }
        }
        form .actions method="post" action="/sign-out" {
            button type="submit" { "Sign out here" }
            a href=(sides.node_page()) { "See it at Auth.js" }
        }
    }
}

fn nobody(sides: &Sides) -> Markup {
    html! {
        h1 { "Nobody is signed in" }
        p .soft { "Sign in on either side: the other one knows." }
        p .actions {
            a .button .primary href="/sign-in" { "Sign in here" }
            a .button href=(sides.node_sign_in()) { "Sign in at Auth.js" }
        }
    }
}

fn route(path: &str, rule: &str, may: bool) -> Markup {
    html! {
        div {
            dt {
                a href=(path) { code { "GET " (path) } }
                span .badge { (if may { "yes" } else { "no" }) }
            }
            dd { (rule) }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct SignIn {
    email: String,
    password: String,
    /// Where the visitor wanted to go: always a path on this site.
    #[serde(default, rename = "callbackUrl")]
    return_to: ReturnTo,
}

#[public(reason = "whoever signs in is not signed in yet")]
pub(crate) async fn sign_in_form(return_to: ReturnTo, State(state): State<AppState>) -> Markup {
    sign_in_page(&state.sides, "", &return_to, None)
}

#[public(reason = "whoever signs in is not signed in yet")]
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    Form(form): Form<SignIn>,
) -> Result<Response, AuthError> {
    let email = form.email.trim();
    match state.accounts.user(email, &form.password) {
        // Into the cookie of Auth.js, encrypted as Auth.js does it.
        Some(user) => Ok((state.auth.sign_in(user).await?, form.return_to).into_response()),
        None => {
            let mistake = "This e-mail address and password do not belong together.";
            let page = sign_in_page(&state.sides, email, &form.return_to, Some(mistake));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[protected]
pub(crate) async fn sign_out(
    session: Session,
    State(auth): State<Auth>,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_out(&session).await?, Redirect::to("/")))
}

fn sign_in_page(sides: &Sides, email: &str, return_to: &ReturnTo, mistake: Option<&str>) -> Markup {
    let content = html! {
        section .card {
            p .where { "axum, in Rust" }
            h1 { "Sign in" }
            @if let Some(mistake) = mistake {
                p .mistake role="alert" { (mistake) }
            }
            form method="post" action="/sign-in" {
                input type="hidden" name="callbackUrl" value=(return_to);
                label {
                    "E-mail"
                    input type="email" name="email" value=(email) required autocomplete="username";
                }
                label {
                    "Password"
                    input type="password" name="password" required autocomplete="current-password";
                }
                p .actions {
                    button .primary type="submit" { "Sign in" }
                    a href=(sides.node_sign_in()) { "Sign in at Auth.js instead" }
                }
            }
        }
    };
    view::page(sides, &content)
}
