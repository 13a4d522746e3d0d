use portcullis::protected;

#[protected(state = String)]
async fn users() {}

fn main() {}
