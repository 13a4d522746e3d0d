//! The smallest useful application. It runs with `AUTH_SECRET=$(openssl rand -base64 32)`.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use portcullis::routing::get;
use portcullis::{Auth, AuthError, ReturnTo, Router, Session, User, authorized, protected, public};

#[public(reason = "the front page greets everybody")]
async fn home(session: Option<Session>) -> &'static str {
    session.map_or("Hello stranger!", |_| "Welcome back!")
}

#[protected(redirect)]
async fn dashboard(session: Session) -> String {
    format!("You are user {}.", session.user_id())
}

#[authorized(role = "admin")]
async fn admin() -> &'static str {
    "Only admins read this."
}

#[public(reason = "this is where people sign in")]
async fn sign_in_form() -> Html<&'static str> {
    Html("<form method=post>Password <input name=password type=password></form>")
}

#[derive(serde::Deserialize)]
struct SignIn {
    password: String,
}

#[public(reason = "this is where people sign in")]
async fn sign_in(
    State(auth): State<Auth>,
    return_to: ReturnTo,
    Form(form): Form<SignIn>,
) -> Result<Response, AuthError> {
    if form.password != "open sesame" {
        return Ok(StatusCode::UNAUTHORIZED.into_response());
    }
    let user = User::new("42").named("Ada").with_roles(["editor"]);
    Ok((auth.sign_in(user).await?, return_to).into_response())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let auth = Auth::builder().origin("http://localhost:3000").build()?;
    let app = Router::new()
        .route("/", get(home))
        .route("/dashboard", get(dashboard))
        .route("/admin", get(admin))
        .route("/sign-in", get(sign_in_form).post(sign_in))
        .with_state(auth);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app).await?)
}
