use portcullis::protected;

#[protected]
#[test]
fn users_are_listed() {}

fn main() {}
