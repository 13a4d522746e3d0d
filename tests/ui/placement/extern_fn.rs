use portcullis::{Auth, Router, protected, routing::get};

#[protected]
async extern "C" fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
