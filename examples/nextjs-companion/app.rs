//! The routes. Who may use one stands on its handler, and a session of Auth.js is a session.

use axum::extract::FromRef;
use portcullis::routing::{get, post};
use portcullis::{Auth, Router};

use crate::accounts::Accounts;
use crate::view::Sides;
use crate::{api, pages};

#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) auth: Auth,
    pub(crate) accounts: Accounts,
    pub(crate) sides: Sides,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

pub(crate) fn router(auth: Auth, accounts: Accounts, sides: Sides) -> Router {
    let state = AppState {
        auth,
        accounts,
        sides,
    };
    Router::new()
        .route("/", get(pages::home))
        .route("/sign-in", get(pages::sign_in_form).post(pages::sign_in))
        .route("/sign-out", post(pages::sign_out))
        .route("/api/me", get(api::me))
        .route("/api/accounts", get(api::accounts))
        .route("/api/session", get(api::session))
        .route("/api/token", get(api::token))
        .with_state(state)
}
