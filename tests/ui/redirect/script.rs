use portcullis::{Auth, Router, protected, routing::get};

#[protected(redirect = "javascript:alert(1)")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
