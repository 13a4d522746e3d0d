use portcullis::{Auth, Router, protected, routing::get};

mod paths {
    pub(crate) const LOGIN: &str = "login";
}

#[protected(redirect = paths::LOGIN)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
