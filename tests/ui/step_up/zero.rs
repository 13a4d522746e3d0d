use portcullis::{Auth, Router, protected, routing::get};

#[protected(fresh = "0s")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
