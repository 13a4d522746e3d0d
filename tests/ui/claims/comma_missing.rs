use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claim("realm" "tier"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
