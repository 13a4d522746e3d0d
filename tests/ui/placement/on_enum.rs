use portcullis::protected;

#[protected]
enum Users {}

fn main() {}
