use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(when = "is_admin")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
