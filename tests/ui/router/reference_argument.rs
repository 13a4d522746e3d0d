use portcullis::{Auth, Router, Session, protected, routing::get};

#[protected]
async fn users(_: &Session) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
