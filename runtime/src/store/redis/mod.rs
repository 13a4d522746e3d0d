//! Sessions in Redis.

/// A script of these files, which stand below the file that names them.
macro_rules! script {
    ($($file:literal),+) => {
        LazyLock::new(|| Script::new(concat!($(include_str!(concat!("scripts/", $file))),+)))
    };
}

mod authjs;
#[cfg(feature = "cache")]
mod channel;
mod connection;
mod record;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::SystemTime;

use redis::aio::ConnectionManager;
use redis::{Cmd, Script};

pub use self::authjs::AuthjsRedisStore;
#[cfg(feature = "cache")]
pub use self::channel::RedisChannel;
use self::connection::{Connection, read};
use self::record::{Fields, VERSION, digits, fields, kept_until, user_digest};
use super::{SessionKey, SessionStore, StoreError, StoredSession};
use crate::clock::Seconds;

static CREATE: LazyLock<Script> = script!("enlist.lua", "create.lua");
static EXTEND: LazyLock<Script> = script!("enlist.lua", "extend.lua");
static UPDATE: LazyLock<Script> = script!("update.lua");
static RENAME: LazyLock<Script> = script!("enlist.lua", "rename.lua");
static DELETE: LazyLock<Script> = script!("delete.lua");
static LIST_USER: LazyLock<Script> = script!("list_user.lua");
static DELETE_USER: LazyLock<Script> = script!("delete_user.lua");

/// Sessions in Redis, version 6 or later, or in a server that speaks like it, such as Valkey.
///
/// Each session is a hash that Redis itself removes two hours after the session's end, by its own clock;
/// a sorted set for each user names their sessions. Keys have the SHA-256 of session ids and of user ids,
/// never an id of a session. Every call is one round trip, and what it changes, it changes at once: most
/// are scripts.
///
/// ```no_run
/// use portcullis::{Auth, RedisStore};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let store = RedisStore::connect("redis://localhost").await?.key_prefix("shop:");
/// let auth = Auth::builder().store(store).build()?;
/// # Ok(())
/// # }
/// ```
///
/// All clones share one connection, which is made anew when it is lost.
///
/// # The server
/// - `maxmemory-policy` must be `noeviction`: a server that is full then refuses to sign in, and forgets
///   nothing. With `volatile-ttl` sessions may end early, and [`delete_user`](SessionStore::delete_user)
///   may miss some. Every other policy forgets sessions that are in use.
/// - Without persistence (`appendonly yes`) a restart signs everybody out. With `appendfsync everysec`,
///   the default, a crash may lose the last second: sessions that began in it, and the ends of sessions
///   that were ended in it, which then live on. `appendfsync always` loses nothing.
/// - A replica that takes over may lack what its primary had not sent yet, in the same way.
/// - Redis Cluster is not supported, not even with a hash tag in the prefix, which keeps all keys on one
///   node: redirections to the node that takes over are not followed.
#[derive(Clone)]
pub struct RedisStore {
    connection: Connection,
    sessions: Arc<str>,
    users: Arc<str>,
}

impl RedisStore {
    /// Connects to a server: `redis://[user:password@]host[:port][/database]`, or `redis+unix:///path`;
    /// `rediss://` needs one of the TLS features of the crate `redis`, which the application then enables.
    ///
    /// A call fails after 800 ms without an answer, so that a request still can say so, and the next call
    /// connects anew. Where requests wait for less than that
    /// ([`store_deadline`](crate::AuthBuilder::store_deadline)), a connection that fell silent stays.
    ///
    /// # Errors
    /// A [`StoreError`] if the address is none, or nobody answers there.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let connection = Connection::open(connection::client(url)?).await?;
        Ok(Self::new(connection))
    }

    /// Shares a connection with the application. Its timeouts and its attempts to connect again are what
    /// they are: they should be shorter than the time that a request waits for its store, 1 second unless
    /// configured. With the protocol RESP3 a connection that is lost is noticed before the next call.
    pub fn with_manager(manager: ConnectionManager) -> Self {
        Self::new(Connection::with_manager(manager))
    }

    fn new(connection: Connection) -> Self {
        Self {
            connection,
            sessions: "".into(),
            users: "".into(),
        }
        .key_prefix("portcullis:")
    }

    /// What every key begins with, so that several applications can share a server. Default:
    /// `portcullis:`.
    #[must_use]
    pub fn key_prefix(mut self, prefix: &str) -> Self {
        self.sessions = format!("{prefix}session:").into();
        self.users = format!("{prefix}user:").into();
        self
    }

    fn session(&self, key: &SessionKey) -> String {
        format!("{}{}", self.sessions, digits(key))
    }

    fn user(&self, user_id: &str) -> String {
        format!("{}{}", self.users, user_digest(user_id))
    }
}

impl SessionStore for RedisStore {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        let created = self
            .connection
            .change(
                CREATE
                    .key(self.session(&session.key))
                    .key(self.user(&session.user_id))
                    .arg(digits(&session.key))
                    .arg(kept_until(session.expires))
                    .arg(fields(session)),
            )
            .await?;
        match created {
            1 => Ok(()),
            _ => Err(StoreError::unavailable("there is a session of that key")),
        }
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let mut command = Cmd::new();
        command.arg("HGETALL").arg(self.session(key));
        let fields: Fields = read(self.connection.command(&command).await?)?;
        match fields.is_empty() {
            true => Ok(None),
            false => record::session(key.clone(), fields).map(Some),
        }
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
                    .key(self.session(key))
                    .arg(VERSION)
                    .arg(Seconds::of(seen).0)
                    .arg(Seconds::of(expires).0)
                    .arg(kept_until(expires))
                    .arg(&*self.users)
                    .arg(digits(key)),
            )
            .await?;
        changed(extended)
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        let updated = self
            .connection
            .change(UPDATE.key(self.session(key)).arg(VERSION).arg(user))
            .await?;
        changed(updated)
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
                    .key(self.session(key))
                    .key(self.session(to))
                    .arg(VERSION)
                    .arg(Seconds::of(expires).0)
                    .arg(kept_until(expires))
                    .arg(&*self.users)
                    .arg(digits(key))
                    .arg(digits(to)),
            )
            .await?;
        moved(renamed)
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        let deleted = self
            .connection
            .change(
                DELETE
                    .key(self.session(key))
                    .arg(&*self.users)
                    .arg(digits(key)),
            )
            .await?;
        Ok(deleted > 0)
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        let answer = self
            .connection
            .script(LIST_USER.key(self.user(user_id)).arg(&*self.sessions))
            .await?;
        let found: Vec<(String, Fields)> = read(answer)?;
        found
            .into_iter()
            .map(|(digits, fields)| record::session(record::key(&digits)?, fields))
            .collect()
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        let ended = self
            .connection
            .change(DELETE_USER.key(self.user(user_id)).arg(&*self.sessions))
            .await?;
        Ok(u64::try_from(ended).unwrap_or(0))
    }

    /// Nothing: Redis removes sessions two hours after their end by itself.
    async fn prune(&self, _: SystemTime, _: u32) -> Result<u64, StoreError> {
        Ok(0)
    }
}

/// Shows nothing: the address may have a password.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").finish_non_exhaustive()
    }
}

/// What a script says that gives a session another key.
fn moved(answer: i64) -> Result<bool, StoreError> {
    match answer {
        2 => Err(StoreError::unavailable("there is a session of that key")),
        answer => changed(answer),
    }
}

/// What a script says that changes a session.
fn changed(answer: i64) -> Result<bool, StoreError> {
    match answer {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(StoreError::corrupt(
            "not a session as this store writes them",
        )),
    }
}
