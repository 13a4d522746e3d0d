use portcullis::protected;

#[protected]
struct Users;

fn main() {}
