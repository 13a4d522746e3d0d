use portcullis::{Auth, Router, protected, routing::get};

#[protected]
async unsafe fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
