use portcullis::{Auth, Router, authorized as admins, protected as members, routing::get};

#[members]
#[admins(role = "admin")]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
