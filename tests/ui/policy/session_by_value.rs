use portcullis::{Session, policy};

#[policy]
async fn owns_post(_: Session) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
