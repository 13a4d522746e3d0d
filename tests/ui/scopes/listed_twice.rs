use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(scope = any("a", "a"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
