use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(owner = 3)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
