use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claim("groups" contains))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
