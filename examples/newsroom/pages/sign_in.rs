//! Signing in and out.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use portcullis::{
    Auth, Authenticated, Credentials, CredentialsInput, ReturnTo, Session, password, protected,
    public,
};
use serde::Deserialize;

use crate::db::Db;
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

/// Finds accounts by their e-mail addresses.
pub(crate) fn credentials(db: Db) -> Credentials {
    Credentials::new(move |input: CredentialsInput| {
        let db = db.clone();
        async move {
            let account = db.account(input.identifier().unwrap_or_default()).await?;
            let hash = account.as_ref().map(|found| found.password_hash.as_str());
            let password = input.get("password").unwrap_or_default();
            let matches = password::verify(password, hash).await?;
            Ok::<_, AppError>(account.filter(|_| matches))
        }
    })
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
    State(auth): State<Auth>,
    head: Parts,
    Form(form): Form<SignIn>,
) -> Result<Response, AppError> {
    let typed = [("email", form.email.as_str()), ("password", &form.password)];
    let page = |mistake: &str| sign_in_page(form.email.trim(), &form.return_to, Some(mistake));
    match auth.authenticate(CredentialsInput::new(typed, &head)).await {
        Authenticated::User(user) => {
            let signed_in = auth.sign_in(user).await?;
            Ok((signed_in, form.return_to).into_response())
        }
        Authenticated::Rejected { .. } => {
            let page = page("This e-mail address and password do not belong together.");
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Authenticated::TooMany { retry_after } => {
            let seconds = retry_after.as_secs().to_string();
            let page = page(&format!(
                "Too many attempts. Try again in {seconds} seconds."
            ));
            let retry_after = [(RETRY_AFTER, seconds)];
            Ok((StatusCode::TOO_MANY_REQUESTS, retry_after, page).into_response())
        }
        _ => Err(AppError::SignIn),
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
