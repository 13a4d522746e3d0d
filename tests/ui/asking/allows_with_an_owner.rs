use portcullis::{Session, guard};

fn offered(session: &Session) -> bool {
    session.allows(guard!(owner = "user_id"))
}

fn main() {}
