use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(implies(Editr))]
    Admin,
    Editor,
}

fn main() {}
