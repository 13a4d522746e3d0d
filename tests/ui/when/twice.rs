use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(when = is_admin, when = is_editor)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
