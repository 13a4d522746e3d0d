use std::sync::Arc;

use super::AuthjsRedisStore;
use crate::store::SessionKey;

/// What keys begin with.
#[derive(Clone)]
pub(super) struct Keys {
    pub(super) base: String,
    pub(super) session: String,
    pub(super) session_by_user_id: String,
    pub(super) user: String,
    pub(super) email: String,
}

/// As the adapter has them unless it is told otherwise.
impl Default for Keys {
    fn default() -> Self {
        Self {
            base: String::new(),
            session: "user:session:".to_owned(),
            session_by_user_id: "user:session:by-user-id:".to_owned(),
            user: "user:".to_owned(),
            email: "user:email:".to_owned(),
        }
    }
}

impl AuthjsRedisStore {
    /// The adapter's `baseKeyPrefix`. Default: nothing.
    #[must_use]
    pub fn base_key_prefix(mut self, prefix: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.keys).base = prefix.into();
        self
    }

    /// The adapter's `sessionKeyPrefix`. Default: `user:session:`.
    #[must_use]
    pub fn session_key_prefix(mut self, prefix: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.keys).session = prefix.into();
        self
    }

    /// The adapter's `sessionByUserIdKeyPrefix`. Default: `user:session:by-user-id:`.
    #[must_use]
    pub fn session_by_user_id_key_prefix(mut self, prefix: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.keys).session_by_user_id = prefix.into();
        self
    }

    /// The adapter's `userKeyPrefix`. Default: `user:`.
    #[must_use]
    pub fn user_key_prefix(mut self, prefix: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.keys).user = prefix.into();
        self
    }

    /// The adapter's `emailKeyPrefix`. Default: `user:email:`.
    #[must_use]
    pub fn email_key_prefix(mut self, prefix: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.keys).email = prefix.into();
        self
    }
}

impl Keys {
    fn of(&self, prefix: &str, end: &str) -> String {
        format!("{}{prefix}{end}", self.base)
    }

    pub(super) fn sessions(&self) -> String {
        self.of(&self.session, "")
    }

    pub(super) fn session(&self, key: &SessionKey) -> String {
        self.of(&self.session, key.expose_token().unwrap_or_default())
    }

    pub(super) fn latest(&self, user_id: &str) -> String {
        self.of(&self.session_by_user_id, user_id)
    }

    pub(super) fn users(&self) -> String {
        self.of(&self.user, "")
    }

    pub(super) fn user(&self, user_id: &str) -> String {
        self.of(&self.user, user_id)
    }

    pub(super) fn email(&self, address: &str) -> String {
        self.of(&self.email, address)
    }
}
