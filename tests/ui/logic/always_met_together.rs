use portcullis::{Auth, Router, authorized, routing::get};

#[authorized(any(
    all(role = "admin", role = "editor"),
    not(role = "admin"),
    not(role = "editor")
))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
