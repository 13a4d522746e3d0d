use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "ad\u{200b}min")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
