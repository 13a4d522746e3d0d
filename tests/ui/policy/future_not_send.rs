use std::{future::pending, rc::Rc};

use portcullis::{Session, policy};

#[policy]
async fn owns_post(_: &Session) -> bool {
    let count = Rc::new(1);
    pending::<()>().await;
    *count == 1
}

fn main() {
    let _ = owns_post;
}
