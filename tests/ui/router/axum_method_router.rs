use portcullis::{Auth, Router};

async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", axum::routing::get(users));
}
