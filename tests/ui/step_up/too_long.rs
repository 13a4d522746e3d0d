use portcullis::{Auth, Router, protected, routing::get};

#[protected(fresh = "99999999999999999999d")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
