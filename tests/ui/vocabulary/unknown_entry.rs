use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin,
}

portcullis::vocabulary! { role: Role }

fn main() {}
