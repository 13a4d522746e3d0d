//! Whatever axum takes as an answer, a guarded handler may give.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::convert::Infallible;

use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use portcullis::{Auth, Router, Session, authorized, protected, routing::get};

type Answer = Result<String, StatusCode>;

#[protected]
async fn alias() -> Answer {
    Ok(String::new())
}

#[protected]
async fn opaque(session: Session) -> impl IntoResponse {
    (StatusCode::OK, session.user_id().to_owned())
}

#[protected]
async fn fails() -> Result<impl IntoResponse, (StatusCode, &'static str)> {
    if false {
        return Err((StatusCode::BAD_REQUEST, "no"));
    }
    Ok("yes")
}

#[protected]
async fn unit() {}

#[protected]
async fn early(session: Session) -> Response {
    let Some(name) = session.user.name else {
        return StatusCode::NO_CONTENT.into_response();
    };
    name.into_response()
}

#[authorized(role = "viewer")]
async fn socket(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|_socket: WebSocket| async {})
}

#[authorized(role = "viewer")]
async fn events() -> Sse<impl futures_core::Stream<Item = Result<Event, Infallible>>> {
    Sse::new(Nothing)
}

struct Nothing;

impl futures_core::Stream for Nothing {
    type Item = Result<Event, Infallible>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(None)
    }
}

#[protected]
async fn borrows<'a>() -> &'a str {
    "borrowed"
}

// No router of axum's takes these two either; they are guarded all the same.
#[protected]
#[expect(dead_code)]
async fn never() -> ! {
    std::future::pending().await
}

#[protected]
#[expect(dead_code)]
async fn takes_anything(_: impl axum::extract::FromRequestParts<Auth> + Send) {}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/alias", get(alias))
        .route("/opaque", get(opaque))
        .route("/fails", get(fails))
        .route("/unit", get(unit))
        .route("/early", get(early))
        .route("/socket", get(socket))
        .route("/events", get(events))
        .route("/borrows", get(borrows));
}
