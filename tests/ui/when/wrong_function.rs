use portcullis::{Auth, Router, authorized, routing::get};

fn is_admin(name: &str) -> bool {
    name == "admin"
}

#[authorized(when = is_admin)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
