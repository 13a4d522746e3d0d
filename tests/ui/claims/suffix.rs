use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(claim("tier" = 3u8))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
