use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(implies("editor"))]
    Admin,
    Editor,
}

fn main() {}
