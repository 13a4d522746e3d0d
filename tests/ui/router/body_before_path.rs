use axum::{Json, extract::Path};
use portcullis::{Auth, Router, protected, routing::get};

#[protected]
async fn users(_: Json<u64>, _: Path<u64>) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
