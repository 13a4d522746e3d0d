use portcullis::{Router, protected, routing::get};

#[protected]
async fn users() {}

fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/", get(users))
}

fn main() {
    let _ = routes::<portcullis::Auth>();
}
