use axum::http::Method;
use portcullis::{Auth, Router, protected, routing::get};

#[protected]
async fn users(
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
) {
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
