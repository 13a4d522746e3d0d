use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(policy = |session| true)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
