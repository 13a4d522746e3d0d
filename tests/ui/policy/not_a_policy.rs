use portcullis::{Session, authorized};

async fn owns_post(_: &Session) -> bool {
    true
}

#[authorized(policy = owns_post)]
async fn edit() {}

fn main() {
    let _ = (edit, owns_post);
}
