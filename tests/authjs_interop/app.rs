//! Our side of an application.

use axum::Json;
use axum::extract::{FromRef, State};
use axum::response::IntoResponse;
use portcullis::routing::{get, post};
use portcullis::{
    Auth, AuthBuilder, AuthError, Router, Session, User, authorized, protected, public,
};
use portcullis_tests::handlers::{rotate, sign_out};
use portcullis_tests::nextauth::{Headers, Site};
use portcullis_tests::{Answer, send, send_body};
use serde_json::Value;
use url::form_urlencoded;

use crate::jar::Jar;

#[derive(Debug, Clone)]
struct AppState {
    auth: Auth,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

#[protected]
async fn me(session: Session) -> Json<Session> {
    Json(session)
}

#[authorized(role = "admin")]
async fn admin() -> &'static str {
    "admin"
}

#[public(reason = "greets everybody")]
async fn home(session: Option<Session>) -> String {
    session.map_or("nobody".to_owned(), |session| session.user_id().to_owned())
}

#[public(reason = "this is where people sign in")]
async fn sign_in(
    State(auth): State<Auth>,
    Json(user): Json<User>,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.sign_in(user).await?, "welcome"))
}

#[protected]
async fn update(
    State(auth): State<Auth>,
    session: Session,
    Json(user): Json<User>,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.update(&session, user).await?, "changed"))
}

#[derive(Debug, Clone)]
pub struct App {
    router: Router,
    pub auth: Auth,
}

impl App {
    pub fn of(site: &Site) -> Self {
        Self::configured(site.builder())
    }

    pub fn configured(builder: AuthBuilder) -> Self {
        let auth = builder.build().expect("a usable configuration");
        let router = Router::new()
            .route("/", get(home))
            .route("/me", get(me))
            .route("/admin", get(admin))
            .route("/sign-in", post(sign_in))
            .route("/sign-out", post(sign_out))
            .route("/update", post(update))
            .route("/rotate", post(rotate))
            .merge(auth.router())
            .with_state(AppState { auth: auth.clone() });
        Self { router, auth }
    }

    pub async fn get(&self, path: &str, headers: &Headers) -> Answer {
        send(&self.router, with(portcullis_tests::get(path), headers)).await
    }

    pub async fn post(&self, path: &str, headers: &Headers) -> Answer {
        send(&self.router, with(portcullis_tests::post(path), headers)).await
    }

    /// Sends a form with the token that proves where it comes from, and what else a browser has.
    pub async fn submit(&self, path: &str, jar: &mut Jar, fields: &[(&str, &str)]) -> Answer {
        let answer = self.get("/api/auth/csrf", &jar.headers()).await;
        jar.set(answer.cookies());
        let said: Value = serde_json::from_str(&answer.body).expect("JSON");
        let token = said["csrfToken"].as_str().expect("a token");
        let fields = [fields, &[("csrfToken", token)]].concat();
        let request = with(portcullis_tests::post(path), &jar.headers())
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = send_body(&self.router, request, form(&fields).into()).await;
        jar.set(answer.cookies());
        answer
    }

    pub async fn post_user(&self, path: &str, headers: &Headers, user: &User) -> Answer {
        let request =
            with(portcullis_tests::post(path), headers).header("content-type", "application/json");
        let user = serde_json::to_vec(user).expect("a user is JSON");
        send_body(&self.router, request, user.into()).await
    }
}

/// A form as browsers write it.
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

fn with(request: http::request::Builder, headers: &Headers) -> http::request::Builder {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, value)
    })
}
