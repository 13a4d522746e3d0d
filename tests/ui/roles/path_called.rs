use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(role = Role::admin())]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
