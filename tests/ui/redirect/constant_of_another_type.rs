use portcullis::{Auth, Router, protected, routing::get};

const LOGIN: u8 = 3;

#[protected(redirect = LOGIN)]
async fn users() {}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
