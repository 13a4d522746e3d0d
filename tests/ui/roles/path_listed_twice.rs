use portcullis::{Auth, Router, authorized, routing::get};

#[derive(portcullis::Roles)]
enum Role {
    Admin,
}

#[authorized(any(role = Role::Admin, role = Role::Admin))]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
