//! Handlers that a macro of the user makes.

#![deny(warnings)]

use portcullis::{Auth, Router, routing::get};

macro_rules! page {
    ($name:ident, $role:literal) => {
        #[portcullis::authorized(role = $role)]
        async fn $name() {}
    };
    ($name:ident, any $($role:tt),+) => {
        #[portcullis::authorized(role = any($($role),+), redirect)]
        async fn $name() {}
    };
    ($name:ident if $rule:meta) => {
        #[portcullis::authorized($rule)]
        async fn $name() {}
    };
    ($function:item) => {
        #[portcullis::protected]
        $function
    };
}

page!(admins, "admin");
page!(writers, any "admin", "editor");
page!(readers if any(role = "reader", permission = "post:read"));
page! {
    async fn members() -> &'static str {
        "hello"
    }
}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/admins", get(admins))
        .route("/writers", get(writers))
        .route("/readers", get(readers))
        .route("/members", get(members));
}
