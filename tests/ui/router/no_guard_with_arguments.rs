use axum::extract::{Path, State};
use portcullis::{Auth, Router, routing::get};

async fn users(State(_): State<Auth>, Path(_): Path<u64>) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
