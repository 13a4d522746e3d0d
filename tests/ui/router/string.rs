use portcullis::{Auth, Router, routing::get};

fn main() {
    let _ = Router::<Auth>::new().route("/", get("hello"));
}
