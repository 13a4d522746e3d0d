use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = any())]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
