use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = any("admin", "editor"), not(role = "guest"), any(role = "editor", role = "admin", scope = "a"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
