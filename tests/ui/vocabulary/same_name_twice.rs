use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin,
    #[role("admin")]
    Root,
}

fn main() {}
