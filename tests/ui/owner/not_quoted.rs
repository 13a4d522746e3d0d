use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(owner = id)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
