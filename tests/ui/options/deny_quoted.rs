use portcullis::{Auth, Router, protected, routing::get};

#[protected(deny = "not_found")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
