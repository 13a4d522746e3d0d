use portcullis::{Auth, Router, protected, routing::get};

#[protected(audit = false)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
