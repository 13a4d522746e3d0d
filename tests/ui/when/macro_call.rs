use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(when = matches!(1, 1))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
