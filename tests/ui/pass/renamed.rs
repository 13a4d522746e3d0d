//! The attributes under other names, and by their full path.

#![deny(warnings)]

use portcullis::{Auth, Router, authorized as only, routing::get};

#[only(role = "admin")]
async fn admins() {}

#[portcullis::protected]
async fn members() {}

#[::portcullis::public(reason = "landing page")]
async fn home() {}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/admins", get(admins))
        .route("/members", get(members))
        .route("/", get(home));
}
