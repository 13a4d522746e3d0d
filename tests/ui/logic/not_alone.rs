use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(not(role = "suspended"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
