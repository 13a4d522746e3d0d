use axum::Json;
use portcullis::{Auth, Router, Session, authorized, policy, routing::post};

#[policy]
async fn owns_post(_: &Session, _: Json<u32>) -> bool {
    true
}

#[authorized(policy = owns_post)]
async fn edit() {}

fn main() {
    let _: Router<Auth> = Router::new().route("/", post(edit));
}
