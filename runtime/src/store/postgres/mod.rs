#[cfg(feature = "cache")]
mod channel;
mod migrations;
mod pool;

use std::error::Error;
use std::fmt;
use std::time::SystemTime;

use sqlx::Row;
use sqlx::postgres::{PgPool, PgRow};

#[cfg(feature = "cache")]
pub use self::channel::PostgresChannel;
use super::{SessionKey, SessionStore, StoreError, StoredSession};
use crate::clock::Seconds;

/// How sessions are written: another version cannot be read.
const VERSION: i16 = 1;

/// Sessions in the table `portcullis_sessions` of a PostgreSQL database, which any number of processes
/// share.
///
/// [`migrate`](Self::migrate) makes the table. It lies in the schema that connections look into first:
/// `?options[search_path]=auth` in the address puts it elsewhere than into `public`. Session ids are
/// stored only as their SHA-256, and every call is one statement. Sessions that nobody comes back to stay
/// until [`Auth::prune_every`](crate::Auth::prune_every) removes them.
///
/// ```no_run
/// use std::time::Duration;
///
/// use portcullis::{Auth, PostgresStore};
///
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let store = PostgresStore::connect("postgres://app@localhost/app").await?;
/// store.migrate().await?;
/// let auth = Auth::builder()
///     .secret("8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE=")
///     .origin("https://news.example")
///     .store(store)
///     .build()?;
/// let pruning = auth.prune_every(Duration::from_secs(60 * 60))?;
/// # drop(pruning);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    /// Connects to a database, such as `postgres://user:password@host/database`.
    ///
    /// It keeps at most 10 connections. A call waits for one of them no longer than 800 ms, less than
    /// the second that it has; one that does not answer within 5 seconds of a call that was given up is
    /// closed, and the server gives up any statement after 5 seconds. So calls to a server that
    /// stands still fail in time, and succeed again as soon as it, or another in its place, answers.
    /// TLS needs one of `sqlx`'s `tls-` features.
    ///
    /// A connection pooler such as PgBouncer has to let the start-up parameter `options` and prepared
    /// statements pass; [`with_pool`](Self::with_pool) does without the former.
    ///
    /// # Errors
    /// A [`StoreError`] if the address makes no sense, or nobody answers there within 800 ms.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let pool = pool::connect(url).await.map_err(unavailable)?;
        Ok(Self { pool })
    }

    /// Keeps sessions in a database that the application is connected to already.
    ///
    /// Requests wait for a connection as long as the pool says, though no longer than for the store:
    /// a pool of the store's own keeps them apart from the application's queries.
    pub fn with_pool(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The connections, for queries of the application's own, or for a `PostgresChannel`.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Makes the table, or brings that of an earlier version up to date. It does nothing where there is
    /// nothing to do, and several processes may start at the same time.
    ///
    /// It needs the right to create tables, which the application does not need otherwise. What it did
    /// is recorded in the table `portcullis_migrations`; migrations of the application's own are left alone.
    /// A database that was brought up to date by a later version stays as it is.
    ///
    /// # Errors
    /// A [`StoreError`] if the database could not be asked, or refused; then nothing has changed.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migrations::migrate(&self.pool).await.map_err(unavailable)
    }
}

impl SessionStore for PostgresStore {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO portcullis_sessions
             (key, version, user_id, user_data, auth_time, acr, remember, expires)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(session.key.as_bytes())
        .bind(VERSION)
        .bind(&session.user_id)
        .bind(&session.user)
        .bind(session.auth_time.map(seconds))
        .bind(&session.acr)
        .bind(session.remember)
        .bind(seconds(session.expires))
        .execute(&self.pool)
        .await
        .map_err(unavailable)?;
        Ok(())
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        sqlx::query(
            "SELECT version, user_id, user_data, auth_time, acr, remember, expires
             FROM portcullis_sessions WHERE key = $1",
        )
        .bind(key.as_bytes())
        .fetch_optional(&self.pool)
        .await
        .map_err(unavailable)?
        .map(|row| read(key.clone(), &row).map_err(StoreError::corrupt))
        .transpose()
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        // The sum keeps PostgreSQL from looking the session up by its expiry, which many may share.
        let changed = sqlx::query(
            "UPDATE portcullis_sessions SET expires = $1 WHERE key = $2 AND expires + 0 = $3",
        )
        .bind(seconds(expires))
        .bind(key.as_bytes())
        .bind(seconds(seen))
        .execute(&self.pool)
        .await
        .map_err(unavailable)?;
        Ok(changed.rows_affected() > 0)
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        let changed = sqlx::query("UPDATE portcullis_sessions SET user_data = $1 WHERE key = $2")
            .bind(user)
            .bind(key.as_bytes())
            .execute(&self.pool)
            .await
            .map_err(unavailable)?;
        Ok(changed.rows_affected() > 0)
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let changed =
            sqlx::query("UPDATE portcullis_sessions SET key = $1, expires = $2 WHERE key = $3")
                .bind(to.as_bytes())
                .bind(seconds(expires))
                .bind(key.as_bytes())
                .execute(&self.pool)
                .await
                .map_err(unavailable)?;
        Ok(changed.rows_affected() > 0)
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM portcullis_sessions WHERE key = $1")
            .bind(key.as_bytes())
            .execute(&self.pool)
            .await
            .map_err(unavailable)?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        if user_id.contains(NUL) {
            return Ok(Vec::new());
        }
        sqlx::query(
            "SELECT key, version, user_id, user_data, auth_time, acr, remember, expires
             FROM portcullis_sessions WHERE user_id = $1",
        )
        .bind(user_id)
        .fetch_all(&self.pool)
        .await
        .map_err(unavailable)?
        .iter()
        .map(|row| read(key(row)?, row).map_err(StoreError::corrupt))
        .collect()
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        if user_id.contains(NUL) {
            return Ok(0);
        }
        let deleted = sqlx::query("DELETE FROM portcullis_sessions WHERE user_id = $1")
            .bind(user_id)
            .execute(&self.pool)
            .await
            .map_err(unavailable)?;
        Ok(deleted.rows_affected())
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        // What another process removes or extends at the moment is left to it. An array is found once,
        // while a subquery might be asked, and lock its limit of rows, again and again.
        let deleted = sqlx::query(
            "DELETE FROM portcullis_sessions WHERE key = ANY (ARRAY(
             SELECT key FROM portcullis_sessions WHERE expires <= $1
             ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED))",
        )
        .bind(seconds(expired))
        .bind(i64::from(limit))
        .execute(&self.pool)
        .await
        .map_err(unavailable)?;
        Ok(deleted.rows_affected())
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

fn seconds(moment: SystemTime) -> i64 {
    Seconds::of(moment).0
}

fn key(row: &PgRow) -> Result<SessionKey, StoreError> {
    let bytes: &[u8] = row.try_get("key").map_err(StoreError::corrupt)?;
    let bytes = bytes.try_into().map_err(StoreError::corrupt)?;
    Ok(SessionKey::from_bytes(bytes))
}

fn read(key: SessionKey, row: &PgRow) -> Result<StoredSession, Box<dyn Error + Send + Sync>> {
    let version: i16 = row.try_get("version")?;
    if version != VERSION {
        return Err(format!("a session of the unknown version {version}").into());
    }
    let moment = |seconds| Seconds(seconds).to_system_time();
    let auth_time: Option<i64> = row.try_get("auth_time")?;
    Ok(StoredSession::new(
        key,
        row.try_get("user_id")?,
        row.try_get("user_data")?,
        moment(row.try_get("expires")?),
    )
    .authenticated(auth_time.map(moment), row.try_get("acr")?)
    .remembered(row.try_get("remember")?))
}

/// What no text of PostgreSQL has, and so no user's id.
const NUL: char = '\0';

/// The codes of an undefined table and an undefined column:
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
const UNDEFINED: [&str; 2] = ["42P01", "42703"];

/// Keeps the message only: what a database says in detail may quote a row.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands on"
)]
fn unavailable(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(|error| error.code());
    match code {
        Some(code) if UNDEFINED.contains(&&*code) => StoreError::unavailable(
            "the table `portcullis_sessions` is missing or of an earlier version: call `PostgresStore::migrate`",
        ),
        _ => StoreError::unavailable(error.to_string()),
    }
}
