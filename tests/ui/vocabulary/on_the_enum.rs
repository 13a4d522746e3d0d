use portcullis::Roles;

#[derive(Roles)]
#[role("admin")]
enum Role {
    Admin,
}

fn main() {}
