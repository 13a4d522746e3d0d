use portcullis::{Session, policy};

#[policy]
async fn owns_post(_: &Session) {}

fn main() {
    let _ = owns_post;
}
