use axum::extract::Path;
use portcullis::{Auth, Router, routing::get};

fn main() {
    let _ = Router::<Auth>::new().route("/", get(|_: Path<u64>| async {}));
}
