use portcullis::{Session, policy};

#[policy]
fn owns_post(_: &Session) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
