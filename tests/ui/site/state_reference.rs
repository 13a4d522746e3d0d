use portcullis::{Auth, Router, protected, routing::get};

#[protected(state = &'static Auth)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
