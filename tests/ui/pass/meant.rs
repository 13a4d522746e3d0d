//! What goes by names alone warns, and is silent where it is meant.

#![deny(warnings)]

use axum::Json;
use portcullis::{Auth, Router, Session, authorized, protected, public, routing::get};

#[protected(redirect)]
#[allow(deprecated)]
async fn page_made_of_json() -> Json<u8> {
    Json(1)
}

#[authorized(role = "admin")]
#[allow(deprecated)]
async fn optional(session: Option<Session>) {
    drop(session);
}

#[public(reason = "answers 401 by itself")]
#[allow(deprecated)]
async fn required(session: Session) {
    drop(session);
}

mod cookies {
    #[derive(Clone)]
    pub(crate) struct Session;

    impl<S: Sync> axum::extract::FromRequestParts<S> for Session {
        type Rejection = std::convert::Infallible;

        async fn from_request_parts(
            _: &mut axum::http::request::Parts,
            _: &S,
        ) -> Result<Self, Self::Rejection> {
            Ok(Self)
        }
    }
}

#[public(reason = "another session")]
async fn foreign(session: cookies::Session) {
    drop(session);
}

#[public(reason = "landing page")]
async fn home(session: Option<Session>) -> Json<bool> {
    Json(session.is_some())
}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/json", get(page_made_of_json))
        .route("/optional", get(optional))
        .route("/required", get(required))
        .route("/foreign", get(foreign))
        .route("/", get(home));
}
