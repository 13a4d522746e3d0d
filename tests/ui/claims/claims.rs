use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claims("plan" = "gold"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
