use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claim("tier" = 9223372036854775808))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
