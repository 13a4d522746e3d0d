use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(policy)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
