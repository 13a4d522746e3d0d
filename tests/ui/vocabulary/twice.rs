use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin,
}

portcullis::vocabulary! { roles: Role }
portcullis::vocabulary! { roles: Role }

fn main() {}
