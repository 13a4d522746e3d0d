use portcullis::{Auth, Router, protected, routing::get};

#[protected]
fn users() -> impl Future<Output = String> {
    async { "hello".to_owned() }
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
