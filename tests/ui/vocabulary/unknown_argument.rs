use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(grant("post:write"))]
    Admin,
}

fn main() {}
