use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = "admin", login_url = "/login")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
