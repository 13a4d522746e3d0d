use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claim("plan" = "gold"), claim("plan" = "gold"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
