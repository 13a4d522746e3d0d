use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(when = move |session| session.has_role(role))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
