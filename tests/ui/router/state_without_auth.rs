use portcullis::{Router, protected, routing::get};

#[derive(Clone)]
struct AppState;

#[protected]
async fn users() {}

fn main() {
    let _ = Router::<AppState>::new().route("/", get(users));
}
