use portcullis::{Auth, Router, public, routing::get};

#[public("landing page")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
