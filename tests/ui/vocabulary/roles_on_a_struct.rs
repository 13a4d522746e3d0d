use portcullis::Roles;

#[derive(Roles)]
struct Role;

fn main() {}
