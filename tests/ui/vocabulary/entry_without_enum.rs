use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin,
}

portcullis::vocabulary! { roles }

fn main() {}
