//! What is compiled out takes its guard along, and one name may be guarded once per condition.

#![deny(warnings)]

use portcullis::{Auth, Router, protected, routing::get};

#[cfg(all())]
#[protected]
async fn above() {}

#[protected]
#[cfg(all())]
async fn below() {}

#[portcullis::authorized(role = "admin")]
#[cfg(any())]
async fn below() -> Missing {}

#[cfg(any())]
#[portcullis::authorized(role = "admin")]
async fn above() -> Missing {}

#[protected]
#[cfg_attr(all(), doc = "Documented on condition.")]
async fn documented() {}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/above", get(above))
        .route("/below", get(below))
        .route("/documented", get(documented));
}
