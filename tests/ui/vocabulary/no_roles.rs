use portcullis::Roles;

#[derive(Roles)]
enum Role {}

fn main() {}
