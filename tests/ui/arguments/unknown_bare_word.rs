use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(admin)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
