use portcullis::{Auth, Router, protected, routing::get};

#[protected(redirect = "/a%2Fb")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
