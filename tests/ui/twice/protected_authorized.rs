use portcullis::{Auth, Router, authorized, protected, routing::get};

#[protected]
#[authorized(role = "admin")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
