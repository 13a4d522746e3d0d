use portcullis::{Auth, Router, protected, routing::get};

struct User;

#[protected]
async fn users() -> User {
    User
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
