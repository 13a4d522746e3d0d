use portcullis::{Session, policy};

#[policy]
async unsafe fn owns_post(_: &Session) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
