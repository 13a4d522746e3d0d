use portcullis::Session;

async fn open() {}

fn offered(session: &Session) -> bool {
    session.may(open)
}

fn main() {}
