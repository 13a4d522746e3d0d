use portcullis::{Auth, Router, protected, public, routing::get};

#[protected]
#[public(reason = "landing page")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
