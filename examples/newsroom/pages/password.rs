//! A new password: for people who have just shown that they know the old one.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use portcullis::{Session, password, protected};
use serde::Deserialize;

use crate::app::AppState;
use crate::error::AppError;
use crate::view;

const SHORTEST: usize = 8;

#[derive(Deserialize)]
pub(crate) struct NewPassword {
    password: String,
}

#[protected(redirect, fresh = "15m")]
pub(crate) async fn form(session: Session) -> Markup {
    page(&session, None)
}

#[protected(fresh = "15m", audit)]
pub(crate) async fn change(
    session: Session,
    State(state): State<AppState>,
    Form(form): Form<NewPassword>,
) -> Result<Response, AppError> {
    if let Some(mistake) = mistake_in(&form.password) {
        let page = page(&session, Some(&mistake));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let hash = password::hash(&form.password).await?;
    state.db.set_password(session.user_id(), &hash).await?;
    // Whoever came in with the old password, anywhere, is out.
    state.auth.sign_out_everywhere(session.user_id()).await?;
    let signed_in = state.auth.sign_in(session.user).await?;
    Ok((signed_in, Redirect::to("/dashboard")).into_response())
}

fn mistake_in(password: &str) -> Option<String> {
    if password.chars().count() < SHORTEST {
        return Some(format!("A password has at least {SHORTEST} characters."));
    }
    (password.len() > password::LONGEST).then(|| "This password is too long.".to_owned())
}

fn page(session: &Session, mistake: Option<&str>) -> Markup {
    let content = html! {
        section .card .narrow {
            h1 { "New password" }
            p .lede { "It holds from now on, for " (view::name(session)) "." }
            @if let Some(mistake) = mistake {
                p .mistake role="alert" { (mistake) }
            }
            form method="post" action="/account/password" {
                div .field {
                    label for="password" { "New password" }
                    input #password type="password" name="password" required autofocus
                        minlength=(SHORTEST) autocomplete="new-password";
                }
                button .primary .wide type="submit" { "Change it" }
            }
        }
    };
    view::page("New password", Some(session), &content)
}
