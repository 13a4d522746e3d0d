use portcullis::{Session, policy};

#[policy]
async fn owns_post(_: &Session, _: impl Clone) -> bool {
    true
}

fn main() {}
