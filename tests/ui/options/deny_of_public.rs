use portcullis::{Auth, Router, public, routing::get};

#[public(reason = "landing page", deny = not_found)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
