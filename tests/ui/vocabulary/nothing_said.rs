use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role]
    Admin,
}

fn main() {}
