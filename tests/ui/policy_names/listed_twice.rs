use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(any(policy = owns_post, policy = owns_post))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
