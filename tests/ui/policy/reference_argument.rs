use axum::http::Uri;
use portcullis::{Session, policy};

#[policy]
async fn owns_post(_: &Session, _: &Uri) -> bool {
    true
}

fn main() {
    let _ = owns_post;
}
