use portcullis::authorized;

enum Role {
    Admin,
}

#[authorized(role = Role::Admin)]
async fn users() {}

fn main() {
    let _ = (users, Role::Admin);
}
