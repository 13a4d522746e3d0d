use portcullis::{Router, protected, routing::get};

#[protected]
async fn users() {}

fn main() {
    let _ = Router::<()>::new().route("/", get(users));
}
