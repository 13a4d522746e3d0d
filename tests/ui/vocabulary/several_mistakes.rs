use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(implies(Editr), grants(write))]
    Admin,
    Editor,
    #[role("admin")]
    Root(u8),
    #[role]
    Last,
}

portcullis::vocabulary! { roles: Role }

fn main() {}
