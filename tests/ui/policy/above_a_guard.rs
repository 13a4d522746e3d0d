use portcullis::{Session, authorized, policy};

#[policy]
#[authorized(role = "admin")]
async fn owns_post(_: &Session) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
