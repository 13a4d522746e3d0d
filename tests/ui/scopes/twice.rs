use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(scope = "posts:read", scope = "posts:write")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
