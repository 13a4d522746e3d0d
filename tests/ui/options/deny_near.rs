use portcullis::{Auth, Router, protected, routing::get};

#[protected(deny = notfound)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
