#![deny(deprecated)]

use portcullis::{Auth, Router, Session, public, routing::get};

#[public(reason = "landing page")]
async fn users(session: Session) {
    drop(session);
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
