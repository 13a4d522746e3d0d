use portcullis::{Auth, Router, protected, routing::get};

struct Filter;

#[protected]
async fn users(_: Filter) {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
