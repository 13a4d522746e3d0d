use axum::extract::State;
use portcullis::{Auth, Router, protected, routing::get};

#[derive(Clone)]
struct Database;

#[protected]
async fn users(_: State<Database>) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
