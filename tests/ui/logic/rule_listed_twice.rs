use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(any(role = "admin", permission = "post:write", role = "admin"))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
