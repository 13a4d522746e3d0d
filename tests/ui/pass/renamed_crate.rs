//! The crate under another name, and re-exported by a module.

#![deny(warnings)]

extern crate portcullis as gate;

mod auth {
    pub(crate) use ::portcullis as gate;
}

use gate::{Auth, Router, routing::get};

#[gate::authorized(role = "admin", crate = ::gate)]
async fn admins() {}

#[gate::protected(crate = crate::auth::gate)]
async fn members() {}

#[gate::public(reason = "landing page", crate=crate::gate)]
async fn home() {}

fn main() {
    let _ = gate::guard!(role = "admin", crate = ::gate);
    let _: Router<Auth> = Router::new()
        .route("/admins", get(admins))
        .route("/members", get(members))
        .route("/", get(home));
}
