use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(implies(Admin))]
    Admin,
}

fn main() {}
