use portcullis::{Auth, Router, protected, routing::get};

#[protected(crate)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
