use portcullis::{Auth, Router, protected, routing::get};

const LOGIN: &str = "https://login.example";

#[protected(redirect = LOGIN)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
