use portcullis::{Auth, Router, authorized, public, routing::get};

#[public(reason = "landing page")]
#[authorized(role = "admin")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
