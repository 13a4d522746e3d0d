use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(owner = "id", owner = "user_id")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
