use portcullis::{Session, policy};

#[policy]
async fn owns_post(_: &mut Session) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
