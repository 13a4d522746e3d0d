enum Role {
    Admin,
}

portcullis::vocabulary! { roles: Role }

fn main() {
    let _ = Role::Admin;
}
