//! The posts.

pub(crate) async fn list() {}
