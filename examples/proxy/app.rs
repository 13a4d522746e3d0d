//! The routes. Who may use one stands on its handler, and none of them needs state.

use portcullis::routing::get;
use portcullis::{Auth, Router};

use crate::{api, pages};

/// What is configured for the process decides, whenever a request comes.
pub(crate) fn router() -> Router {
    let auth = Auth::global();
    Router::new()
        .route("/", get(pages::home))
        .route("/account", get(pages::account))
        .route("/admin", get(pages::admin))
        .route("/api/me", get(api::me))
        .route("/api/figures", get(api::figures))
        .route("/api/token", get(api::token))
        // The pages for signing in and out, and whatever else Auth.js answers below `/api/auth`.
        .merge(auth.router())
        .with_state(auth)
}

#[cfg(test)]
mod tests {
    #[test]
    fn everybody_may_what_was_reviewed() {
        portcullis::assert_access_matrix!(super::router(), "proxy/access.md");
    }
}
