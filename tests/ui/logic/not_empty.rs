use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "admin", not())]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
