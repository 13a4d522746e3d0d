use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "admin", any(role = "admin", role = "editor"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
