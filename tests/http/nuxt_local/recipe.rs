//! What `docs/nuxt-local.md` shows: these lines, and a test that they are the same.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response, Result};
use portcullis::routing::{get, post};
use portcullis::{
    Auth, AuthBuilder, Authenticated, ConfigError, Credentials, CredentialsInput, Router, Session,
    SessionStore, User, protected, public,
};
use serde::{Deserialize, Serialize};

/// One kind of token is sent with every request, the other gets the next of those.
#[derive(Clone)]
pub struct App {
    access: Auth,
    refresh: Auth,
}

/// Guards and sessions go by the first kind.
impl FromRef<App> for Auth {
    fn from_ref(app: &App) -> Self {
        app.access.clone()
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefreshToken {
    refresh_token: String,
}

#[derive(Serialize)]
struct Tokens {
    token: String,
    #[serde(flatten)]
    refresh: Option<RefreshToken>,
}

#[public(reason = "this is where people sign in")]
async fn login(
    State(app): State<App>,
    head: Parts,
    Json(form): Json<HashMap<String, String>>,
) -> Result<Response> {
    let input = CredentialsInput::new(form, &head);
    let user = match app.refresh.authenticate(input).await {
        Authenticated::User(user) => user,
        Authenticated::Rejected { .. } => return Ok(refused()),
        Authenticated::TooMany { retry_after } => {
            let retry_after = [("retry-after", retry_after.as_secs().to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, retry_after).into_response());
        }
        _ => return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response()),
    };
    let signed_in = app.refresh.sign_in(user).await?;
    let refresh_token = signed_in.expose_token().to_owned();
    app.answer(RefreshToken { refresh_token }, true).await
}

#[public(reason = "it asks for the refresh token, when the other one has expired")]
async fn refreshed(State(app): State<App>, Json(refresh): Json<RefreshToken>) -> Result<Response> {
    app.answer(refresh, false).await
}

impl App {
    /// A token for the next half hour, for whoever has a refresh token that is good.
    async fn answer(&self, refresh: RefreshToken, is_new: bool) -> Result<Response> {
        let bearer = [("authorization", format!("Bearer {}", refresh.refresh_token))];
        let Some(found) = self.refresh.get_server_session(&bearer).await? else {
            return Ok(refused());
        };
        let session = found.session();
        // Read the user from the database here, so that a new role counts from the next refresh on.
        let user = session.user.clone();
        // Refreshing proves nothing anew, so `fresh = ".."` still asks for the password.
        let signed_in = self.access.sign_in(user).auth_time(session.auth_time());
        let tokens = Tokens {
            token: signed_in.await?.expose_token().to_owned(),
            refresh: is_new.then_some(refresh),
        };
        Ok(([("cache-control", "no-store")], Json(tokens)).into_response())
    }
}

#[protected(via = bearer)]
async fn session(session: Session) -> Json<User> {
    Json(session.user)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LastToken {
    refresh_token: Option<String>,
}

#[public(reason = "it ends the tokens that it is given, and one of them may have expired")]
async fn logout(
    State(app): State<App>,
    head: Parts,
    Json(last): Json<LastToken>,
) -> Result<StatusCode> {
    if let Some(found) = app.access.get_server_session(&head).await? {
        // No cookie was set, so none has to go.
        let _ = app.access.sign_out(found.session()).await?;
    }
    let refresh_token = last.refresh_token.unwrap_or_default();
    let bearer = [("authorization", format!("Bearer {refresh_token}"))];
    if let Some(found) = app.refresh.get_server_session(&bearer).await? {
        let _ = app.refresh.sign_out(found.session()).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn refused() -> Response {
    let challenge = [("www-authenticate", "Bearer")];
    (StatusCode::UNAUTHORIZED, challenge).into_response()
}

/// Ask your database here, with `password::verify` or the like.
async fn user_of(input: CredentialsInput) -> io::Result<Option<User>> {
    let is_ada = input.identifier() == Some("ada") && input.get("password") == Some("open sesame");
    Ok(is_ada.then(|| User::new("7").named("Ada").with_roles(["editor"])))
}

/// `settings` has the secret, the origin, and the origin of the Nuxt application as a trusted one.
pub fn app(
    settings: impl Fn() -> AuthBuilder,
    store: impl SessionStore,
) -> std::result::Result<Router, ConfigError> {
    let access = settings()
        .cookie_name("access")
        .max_age(Duration::from_secs(30 * 60));
    let refresh = settings()
        .cookie_name("refresh")
        .credentials(Credentials::new(user_of))
        .max_age(Duration::from_secs(7 * 24 * 60 * 60))
        .store(store);
    Ok(Router::new()
        .route("/login", post(login))
        .route("/refresh", post(refreshed))
        .route("/session", get(session))
        .route("/logout", post(logout))
        .with_state(App {
            access: access.build()?,
            refresh: refresh.build()?,
        }))
}
