use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(name = "root")]
    Admin,
}

fn main() {}
