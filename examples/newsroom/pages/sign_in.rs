//! Signing in and out.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use portcullis::{Auth, ReturnTo, Session, password, protected, public};
use serde::Deserialize;

use crate::app::AppState;
use crate::error::AppError;
use crate::view;

#[derive(Deserialize)]
pub(crate) struct SignIn {
    email: String,
    password: String,
    /// Where the visitor wanted to go: always a path on this site.
    #[serde(default, rename = "callbackUrl")]
    return_to: ReturnTo,
}

/// Why somebody comes here.
#[derive(Deserialize)]
pub(crate) struct Visit {
    prompt: Option<String>,
}

#[public(reason = "whoever signs in is not signed in yet")]
pub(crate) async fn form(
    session: Option<Session>,
    return_to: ReturnTo,
    Query(visit): Query<Visit>,
) -> Response {
    // Who comes for a handler with `fresh` is signed in, and is to show it once more all the same.
    match session.filter(|_| visit.prompt.as_deref() != Some("login")) {
        Some(_) => return_to.into_response(),
        None => sign_in_page("", &return_to, None).into_response(),
    }
}

#[public(reason = "whoever signs in is not signed in yet")]
pub(crate) async fn submit(
    State(state): State<AppState>,
    Form(form): Form<SignIn>,
) -> Result<Response, AppError> {
    let email = form.email.trim();
    let account = state.db.account(email).await?;
    let hash = account.as_ref().map(|found| found.password_hash.as_str());
    let matches = password::verify(&form.password, hash).await?;
    match account.filter(|_| matches) {
        Some(account) => {
            let signed_in = state.auth.sign_in(account).await?;
            Ok((signed_in, form.return_to).into_response())
        }
        None => {
            let mistake = "This e-mail address and password do not belong together.";
            let page = sign_in_page(email, &form.return_to, Some(mistake));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

#[protected]
pub(crate) async fn sign_out(
    session: Session,
    State(auth): State<Auth>,
) -> Result<impl IntoResponse, AppError> {
    Ok((auth.sign_out(&session).await?, Redirect::to("/")))
}

fn sign_in_page(email: &str, return_to: &ReturnTo, mistake: Option<&str>) -> Markup {
    let content = html! {
        section .card .narrow {
            h1 { "Sign in" }
            p .lede { "Readers, editors and admins come in by the same door." }
            @if let Some(mistake) = mistake {
                p .mistake role="alert" { (mistake) }
            }
            form method="post" action="/sign-in" {
                input type="hidden" name="callbackUrl" value=(return_to);
                div .field {
                    label for="email" { "E-mail" }
                    input #email type="email" name="email" value=(email) required
                        autocomplete="username" autofocus[mistake.is_none()];
                }
                div .field {
                    label for="password" { "Password" }
                    input #password type="password" name="password" required
                        autocomplete="current-password" autofocus[mistake.is_some()];
                }
                button .primary .wide type="submit" { "Sign in" }
            }
        }
    };
    view::bare_page("Sign in", &content)
}
