use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin,
}

mod names {
    portcullis::vocabulary! { roles: super::Role }
}

fn main() {}
