use portcullis::{Session, policy};

#[policy(role = "admin")]
async fn owns_post(_: &Session) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
