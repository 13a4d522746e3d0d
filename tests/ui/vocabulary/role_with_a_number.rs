use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin = 3,
}

fn main() {}
