use portcullis::{Session, policy};

struct Error;

#[policy]
async fn owns_post(_: &Session) -> Result<bool, Error> {
    Err(Error)
}

fn main() {
    let _ = owns_post;
}
