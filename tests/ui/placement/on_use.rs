use portcullis::protected;

#[protected]
pub use std::fmt;

fn main() {}
