use portcullis::{Auth, Router, authorized, protected, routing::get};

#[authorized(role = "admin")]
#[protected]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
