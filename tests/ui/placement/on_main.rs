use portcullis::protected;

#[protected]
#[tokio::main]
async fn main() {}
