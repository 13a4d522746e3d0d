//! Handlers and guard expressions inside of functions.

#![deny(warnings)]

use portcullis::{Auth, Router, authorized, guard, protected, routing::get};

fn members() -> Router<Auth> {
    #[protected]
    async fn home() {}

    Router::new().route("/members", get(home))
}

fn admins() -> Router<Auth> {
    #[authorized(role = "admin")]
    async fn home() {}

    Router::new().route("/admins", get(home))
}

fn main() {
    let _ = (
        guard!(),
        guard!(role = "admin"),
        guard!(any(role = "a", permission = "b")),
    );
    let _: Router<Auth> = members().merge(admins());
}
