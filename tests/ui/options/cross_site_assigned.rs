use portcullis::{Auth, Router, public, routing::get};

#[public(reason = "landing page", cross_site = true)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
