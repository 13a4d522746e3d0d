use portcullis::Roles;

#[derive(Roles)]
enum Role {
    Admin(u8),
}

fn main() {}
