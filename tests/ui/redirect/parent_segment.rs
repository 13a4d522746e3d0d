use portcullis::{Auth, Router, protected, routing::get};

#[protected(redirect = "/app/%2e%2e/login")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
