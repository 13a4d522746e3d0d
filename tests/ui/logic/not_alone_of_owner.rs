use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(not(owner = "user_id"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
