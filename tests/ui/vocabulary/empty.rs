portcullis::vocabulary! {}

fn main() {}
