use portcullis::protected;

#[protected]
trait Users {}

fn main() {}
