use portcullis::{Auth, Router, public, routing::get};

#[public(reason = "landing page", fresh = "15m")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
