use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(policy = owns_post, policy = is_draft)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
