use std::rc::Rc;

use portcullis::{Auth, Router, protected, routing::get};

#[protected]
async fn users() {
    let name = Rc::new("ada");
    std::future::ready(()).await;
    drop(name);
}

fn main() {
    let _ = Router::<Auth>::new().route("/", get(users));
}
