use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claim(""))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
