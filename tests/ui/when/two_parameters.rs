use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(when = |session, request| true)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
