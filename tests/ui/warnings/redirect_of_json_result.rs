#![deny(deprecated)]

use axum::Json;
use portcullis::{Auth, Router, protected, routing::get};

#[protected(redirect)]
async fn users() -> Result<Json<u8>, String> {
    Ok(Json(1))
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
