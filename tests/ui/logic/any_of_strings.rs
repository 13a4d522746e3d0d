use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(any("admin", "editor"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
