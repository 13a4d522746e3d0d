use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(owner = "{*path}")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
