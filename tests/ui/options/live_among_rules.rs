use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(any(role = "admin", live))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
