use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(when = |s| s.has_role("a"), not(when = |s| s.has_role("a")))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
