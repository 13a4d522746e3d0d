use portcullis::protected;

#[protected]
const USERS: u8 = 0;

fn main() {}
