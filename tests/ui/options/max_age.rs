use portcullis::{Auth, Router, protected, routing::get};

#[protected(max_age = "15m")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
