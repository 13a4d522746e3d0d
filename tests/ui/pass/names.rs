//! The hidden type takes no name that a program could want for itself.

#![deny(warnings)]

use portcullis::{Auth, Router, authorized, protected, public, routing::get};

mod users {
    pub(crate) const GREETING: &str = "hello";
}

mod entity {
    pub(crate) mod post {
        pub(crate) const TITLE: &str = "title";
    }
}

use entity::post;

#[authorized(role = "admin")]
async fn users() -> &'static str {
    users::GREETING
}

#[protected]
async fn post() -> &'static str {
    post::TITLE
}

#[protected]
async fn axum() -> axum::response::Redirect {
    axum::response::Redirect::to("/")
}

#[protected]
async fn str(name: String) -> String {
    let name: &str = &name;
    name.to_owned()
}

#[public(reason = "a keyword for a name")]
async fn r#match() {}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/users", get(users))
        .route("/post", get(post))
        .route("/axum", get(axum))
        .route("/str", get(str))
        .route("/match", get(r#match));
}
