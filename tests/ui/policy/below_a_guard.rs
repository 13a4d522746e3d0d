use portcullis::{Session, authorized, policy};

#[authorized(role = "admin")]
#[policy]
async fn owns_post(_: Session) {}

fn main() {
    let _ = owns_post;
}
