use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(any(role = "admin", all(role = "admin", role = "editor")))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
