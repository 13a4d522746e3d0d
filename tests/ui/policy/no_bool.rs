use portcullis::{Session, policy};

#[policy]
async fn owns_post(_: &Session) -> u32 {
    1
}

fn main() {
    let _ = owns_post;
}
