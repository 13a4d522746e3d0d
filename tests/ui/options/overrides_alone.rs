use portcullis::{Auth, Router, public, routing::get};

#[public(reason = "landing page", overrides)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
