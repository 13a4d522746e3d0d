use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claim("realm" = 1, "tier" = 3))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
