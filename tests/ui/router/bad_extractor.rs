use axum::extract::Path;
use portcullis::{Auth, Router, protected, routing::get};

struct Filter;

#[protected]
async fn users(_: Filter, _: Path<u64>) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
