use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "editor", not(role = "admin", role = "suspended"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
