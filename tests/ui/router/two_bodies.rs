use axum::Json;
use portcullis::{Auth, Router, protected, routing::get};

#[protected]
async fn users(_: Json<u64>, _: String) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
