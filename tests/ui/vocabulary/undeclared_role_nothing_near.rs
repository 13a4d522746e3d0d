use portcullis::{Roles, authorized};

#[derive(Roles)]
enum Role {
    Admin,
    Editor,
}

portcullis::vocabulary! { roles: Role }

#[authorized(role = "owner")]
async fn users() {}

fn main() {
    let _ = (users, Role::Admin, Role::Editor);
}
