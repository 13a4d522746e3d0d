use portcullis::{Auth, Router, protected, routing::get};

#[protected(redirect = "/login", via = bearer)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
