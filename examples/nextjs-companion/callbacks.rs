//! What the callback `session` of Auth.js does, once more in Rust: both sides show a session alike.

use portcullis::{CallbackError, Callbacks, ServerSession, SessionEvent};

pub(crate) struct Shown;

impl Callbacks for Shown {
    async fn session(
        &self,
        mut shown: ServerSession,
        _: SessionEvent<'_>,
    ) -> Result<ServerSession, CallbackError> {
        let session = shown.session();
        let (id, roles) = (session.user_id().into(), session.roles().into());
        shown.user.insert("id".to_owned(), id);
        shown.user.insert("roles".to_owned(), roles);
        Ok(shown)
    }
}
