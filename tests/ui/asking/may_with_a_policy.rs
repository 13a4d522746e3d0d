use portcullis::{Session, authorized, policy};

#[policy]
async fn owns(_session: &Session) -> bool {
    true
}

#[authorized(policy = owns)]
async fn edit() {}

fn offered(session: &Session) -> bool {
    session.may(edit)
}

fn main() {}
