//! The same functions in a plain axum router.

#![deny(warnings)]

use axum::{Json, Router, extract::Path, routing::get};
use portcullis::{Auth, authorized, public};

#[authorized(role = "admin")]
async fn users(Path(id): Path<u64>, Json(name): Json<String>) -> String {
    format!("{id} {name}")
}

#[public(reason = "landing page")]
async fn home() -> &'static str {
    "hello"
}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/", get(home))
        .route("/users/{id}", get(users));
}
