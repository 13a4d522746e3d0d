#![deny(deprecated)]

use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "admin")]
async fn users(session: Option<portcullis::Session>) {
    drop(session);
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
