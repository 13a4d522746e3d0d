use portcullis::{Auth, Router, guard, protected, routing::get};

#[protected]
async fn users() {
    let _ = guard!(role = "admin", state = Auth);
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
