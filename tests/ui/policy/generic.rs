use portcullis::{Session, policy};

#[policy]
async fn owns_post<T>(_: &Session) -> bool {
    true
}

fn main() {
    let _ = owns_post::<u8>;
}
