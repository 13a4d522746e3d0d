#![deny(deprecated)]

use axum::Json;
use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "admin", redirect = "/login")]
async fn users(Json(_): Json<u8>) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
