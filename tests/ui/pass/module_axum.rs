//! A module that bears the name of a crate that handlers need.

#![deny(warnings)]

use portcullis::{Auth, Router, Session, protected, routing::get};

mod axum {
    pub(crate) fn version() -> &'static str {
        "none"
    }
}

mod portcullis_macros {}

#[protected]
async fn version(_session: Session) -> &'static str {
    axum::version()
}

fn main() {
    let _: Router<Auth> = Router::new().route("/version", get(version));
}
