//! Sessions in Redis as Auth.js keeps them.

mod keys;
mod record;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use redis::Script;
use redis::aio::ConnectionManager;

use self::keys::Keys;
use self::record::{Members, Read};
use super::connection::{Connection, client, read};
use super::{changed, moved};
use crate::clock::Seconds;
use crate::store::{KeyFormat, SessionKey, SessionStore, StoreError, StoredSession};

static CREATE: LazyLock<Script> = script!("create.lua");
static LOAD: LazyLock<Script> = script!("session.lua", "load.lua");
static EXTEND: LazyLock<Script> = script!("session.lua", "extend.lua");
static UPDATE: LazyLock<Script> = script!("update.lua");
static RENAME: LazyLock<Script> = script!("session.lua", "rename.lua");
static DELETE: LazyLock<Script> = script!("delete.lua");
static LIST_USER: LazyLock<Script> = script!("list_user.lua");
static DELETE_USER: LazyLock<Script> = script!("session.lua", "delete_user.lua");

/// The sessions of Auth.js in Redis, as `@auth/upstash-redis-adapter` reads and writes them: texts of
/// JSON under `user:session:<token>` and `user:<id>`.
///
/// A session that either side begins is valid on both, and one that either ends is dead on both. A session
/// and its user are read in one round trip.
///
/// ```no_run
/// use portcullis::{Auth, AuthjsRedisStore};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let store = AuthjsRedisStore::connect("redis://localhost").await?.role_member("role");
/// let auth = Auth::builder()
///     .cookie_name("__Secure-authjs.session-token")
///     .store(store)
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// The user of a session is the user that is stored: `id`, `name`, `email`, `image`, and what
/// [`role_member`](Self::role_member) and [`user_member`](Self::user_member) name. Nothing else of it
/// is seen. [`Auth::update`](crate::Auth::update) writes the name, the e-mail address and the image to
/// it, in two round trips, as far as they are given; an address that another user has is an error.
///
/// # What the layout cannot do
/// - Tokens are stored as they are: whoever reads the server can take over every session in it.
/// - Of each user only the session that was begun, extended or rotated last can be found:
///   [`sessions_of`](crate::Auth::sessions_of) lists that one, and
///   [`sign_out_everywhere`](crate::Auth::sign_out_everywhere) ends that one alone.
/// - Nothing says when and how a user signed in: `fresh = ".."` is refused with `auth_time_missing`, and
///   `acr = ".."` is never met. Every session is remembered beyond the browser's.
/// - Expired sessions have no end in Redis, and pruning does not find them: those that nobody comes back
///   to stay.
/// - A session can begin only for a user that is stored.
#[derive(Clone)]
pub struct AuthjsRedisStore {
    connection: Connection,
    keys: Arc<Keys>,
    members: Arc<Members>,
}

impl AuthjsRedisStore {
    /// Connects to a server, whose address is written as for [`RedisStore`](crate::RedisStore::connect).
    ///
    /// # Errors
    /// A [`StoreError`] if the address is none, or nobody answers there.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Ok(Self::new(Connection::open(client(url)?).await?))
    }

    /// Shares a connection with the application, as
    /// [`RedisStore::with_manager`](crate::RedisStore::with_manager) does.
    pub fn with_manager(manager: ConnectionManager) -> Self {
        Self::new(Connection::with_manager(manager))
    }

    fn new(connection: Connection) -> Self {
        Self {
            connection,
            keys: Arc::default(),
            members: Arc::default(),
        }
    }

    /// The member of a stored user that has their roles: a text or a list of texts, null or nothing for
    /// none. A user with anything else there cannot be read. Default: users have no roles.
    #[must_use]
    pub fn role_member(mut self, member: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.members).role = Some(member.into());
        self
    }

    /// A member of a stored user that sessions have as well, under the same name. One that is called
    /// `roles`, `permissions` or `scopes` is left out.
    #[must_use]
    pub fn user_member(mut self, member: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.members).own.push(member.into());
        self
    }

    /// A session and the text of its user; `None` if either is not there.
    async fn find(&self, key: &SessionKey) -> Result<Option<(Read, String)>, StoreError> {
        let answer = self
            .connection
            .script(LOAD.key(self.keys.session(key)).arg(self.keys.users()))
            .await?;
        let found: Option<(String, Option<String>)> = read(answer)?;
        let Some((session, user)) = found else {
            return Ok(None);
        };
        let session = record::read(&session)?;
        Ok(user.map(|user| (session, user)))
    }
}

impl SessionStore for AuthjsRedisStore {
    /// The token as it is.
    fn key_format(&self) -> KeyFormat {
        KeyFormat::Token
    }

    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        let refused = || StoreError::unavailable("there is no such user, or the token is taken");
        let token = session.key.expose_token().ok_or_else(refused)?;
        let text = record::written(token, &session.user_id, session.expires)?;
        let created = self
            .connection
            .change(
                CREATE
                    .key(self.keys.session(&session.key))
                    .key(self.keys.latest(&session.user_id))
                    .key(self.keys.user(&session.user_id))
                    .arg(text),
            )
            .await?;
        match created {
            1 => Ok(()),
            _ => Err(refused()),
        }
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let Some((session, user)) = self.find(key).await? else {
            return Ok(None);
        };
        let session = self.members.session(key.clone(), session, &user)?;
        Ok(Some(session))
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let extended = self
            .connection
            .change(
                EXTEND
                    .key(self.keys.session(key))
                    .arg(record::second(seen))
                    .arg(Seconds::of(expires).to_iso_8601())
                    .arg(self.keys.latest("")),
            )
            .await?;
        changed(extended)
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        let shown = record::shown(user)?;
        // Whoever comes between has changed the user, so that this ends when nobody does.
        loop {
            let Some((session, seen)) = self.find(key).await? else {
                return Ok(false);
            };
            let mut user = record::read_user(&seen)?;
            let address = record::text(&user, "email").unwrap_or_default();
            let new_address = shown.email.as_ref().unwrap_or(&address);
            let text = shown.write(&mut user)?;
            let updated = self
                .connection
                .change(
                    UPDATE
                        .key(self.keys.session(key))
                        .key(self.keys.user(&session.user_id))
                        .key(self.keys.email(&address))
                        .key(self.keys.email(new_address))
                        .arg(seen)
                        .arg(text)
                        .arg(session.user_id),
                )
                .await?;
            match updated {
                0 => return Ok(false),
                1 => return Ok(true),
                2 => {}
                _ => return Err(StoreError::unavailable("another user has that address")),
            }
        }
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let renamed = self
            .connection
            .change(
                RENAME
                    .key(self.keys.session(key))
                    .key(self.keys.session(to))
                    .arg(to.expose_token())
                    .arg(Seconds::of(expires).to_iso_8601())
                    .arg(self.keys.latest("")),
            )
            .await?;
        moved(renamed)
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        let deleted = self
            .connection
            .change(&DELETE.key(self.keys.session(key)))
            .await?;
        Ok(deleted > 0)
    }

    /// The session that was begun, extended or rotated last: the others cannot be found.
    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        let answer = self
            .connection
            .script(
                LIST_USER
                    .key(self.keys.latest(user_id))
                    .key(self.keys.user(user_id))
                    .arg(self.keys.sessions()),
            )
            .await?;
        let found: Option<(String, String, Option<String>)> = read(answer)?;
        let Some((token, session, Some(user))) = found else {
            return Ok(Vec::new());
        };
        let session = record::read(&session)?;
        match SessionKey::from_token(&token) {
            Some(key) if session.user_id == user_id => {
                Ok(vec![self.members.session(key, session, &user)?])
            }
            // No cookie can carry that token, or it is another user's by now.
            _ => Ok(Vec::new()),
        }
    }

    /// Ends the session that was begun, extended or rotated last: the others cannot be found, and go on.
    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        let ended = self
            .connection
            .change(
                DELETE_USER
                    .key(self.keys.latest(user_id))
                    .arg(self.keys.sessions())
                    .arg(user_id),
            )
            .await?;
        Ok(u64::try_from(ended).unwrap_or(0))
    }

    /// Nothing: expired sessions cannot be found, and stay.
    async fn prune(&self, _: SystemTime, _: u32) -> Result<u64, StoreError> {
        Ok(0)
    }
}

/// Shows nothing: the address may have a password.
impl fmt::Debug for AuthjsRedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthjsRedisStore").finish_non_exhaustive()
    }
}
