use portcullis::{Auth, Router, protected, routing::get};

const LOGIN: &str = "//evil.example";

#[protected(redirect = self::LOGIN)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
