use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin,
}

fn main() {
    portcullis::vocabulary! { roles: Role }
}
