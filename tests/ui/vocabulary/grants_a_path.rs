use portcullis::Roles;

#[derive(Roles)]
enum Role {
    #[role(grants(Permission::Write))]
    Admin,
}

fn main() {}
