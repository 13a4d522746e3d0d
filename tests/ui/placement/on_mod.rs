use portcullis::protected;

#[protected]
mod users {}

fn main() {}
