use portcullis::{Auth, Router, routing::get};

async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
