use portcullis::{Permissions, Roles};

#[derive(Roles)]
enum Role {
    #[role(grants("post:wirte"))]
    Admin,
}

#[derive(Permissions)]
enum Permission {
    #[permission("post:write")]
    Write,
}

portcullis::vocabulary! { roles: Role, permissions: Permission }

fn main() {}
