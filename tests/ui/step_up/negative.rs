use portcullis::{Auth, Router, protected, routing::get};

#[protected(fresh = "-5m")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
