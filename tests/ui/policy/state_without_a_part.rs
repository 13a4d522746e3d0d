use axum::extract::State;
use portcullis::{Auth, Router, Session, authorized, policy, routing::post};

#[derive(Clone)]
struct Database;

#[policy]
async fn owns_post(_: &Session, _: State<Database>) -> bool {
    true
}

#[authorized(policy = owns_post)]
async fn edit() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", post(edit));
}
