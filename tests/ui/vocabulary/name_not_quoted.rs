use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(root)]
    Admin,
}

fn main() {}
