#![deny(deprecated)]

use portcullis::{Auth, Router, Session, protected, routing::get};

#[protected]
async fn users(session: Option<Session>) {
    drop(session);
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
