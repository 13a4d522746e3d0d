use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(live, fresh = "15m")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
