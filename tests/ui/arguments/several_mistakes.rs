use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(rol = "admin", permission = 3, redirect = "login")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
