use std::pin::Pin;

use portcullis::{Auth, Router, protected, routing::get};

#[protected]
fn users() -> Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async { "hello".to_owned() })
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
