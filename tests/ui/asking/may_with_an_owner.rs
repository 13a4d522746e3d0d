use portcullis::{Session, authorized};

#[authorized(any(role = "admin", owner = "user_id"))]
async fn profile() {}

fn offered(session: &Session) -> bool {
    session.may(profile)
}

fn main() {}
