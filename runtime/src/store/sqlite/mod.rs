mod migrations;

use std::error::Error;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sqlx::Row;
use sqlx::sqlite::{
    SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use tokio::time::{Instant, sleep};

use super::{SessionKey, SessionStore, StoreError, StoredSession};
use crate::clock::Seconds;

/// How sessions are written: another version cannot be read.
const VERSION: i64 = 1;
/// How long a write waits for others before it is an error. Requests wait no longer than their deadline; whoever
/// opens a file waits until others have made its tables.
const BUSY: Duration = Duration::from_secs(5);
/// How long nothing is tried after SQLite would not wait by itself.
const RETRY: Duration = Duration::from_millis(10);

/// Sessions in the table `portcullis_sessions` of an SQLite database, embedded in the process.
///
/// Session ids are stored only as their SHA-256. Sessions that nobody comes back to stay until
/// [`Auth::prune_every`](crate::Auth::prune_every) or the application removes them. Several processes may
/// share a file.
///
/// The tables are made by [`open`](Self::open) and [`in_memory`](Self::in_memory), and in a database of
/// the application on [request](Self::migrate). `portcullis_migrations` tells which version they have.
/// Each session tells the version it was written in: one of a version that is not known, as a newer
/// release may write it, is [corrupt](StoreError::is_corrupt), and stays as it is.
#[derive(Clone)]
pub struct SqliteStore {
    pool: SqlitePool,
    /// What an in-memory database lives as long as.
    _anchor: Option<SqlitePool>,
}

impl SqliteStore {
    /// Opens the database file, makes it if there is none, and [migrates](Self::migrate) it. A write
    /// waits for others up to 5 seconds, and within a request up to
    /// [`store_deadline`](crate::AuthBuilder::store_deadline).
    ///
    /// # Errors
    /// A [`StoreError`] if the file cannot be opened or is no SQLite database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY);
        let pool = SqlitePoolOptions::new()
            .connect_with(options)
            .await
            .map_err(StoreError::unavailable)?;
        write_ahead(&pool).await.map_err(StoreError::unavailable)?;
        let store = Self::with_pool(pool);
        store.migrate().await?;
        Ok(store)
    }

    /// Keeps sessions in memory until the store and all its clones are dropped.
    ///
    /// # Errors
    /// A [`StoreError`] if there is no memory for it.
    pub async fn in_memory() -> Result<Self, StoreError> {
        static DATABASES: AtomicU64 = AtomicU64::new(0);
        let database = DATABASES.fetch_add(1, Ordering::Relaxed);
        // SQLite shares databases of this file system within a process, by names that begin with a slash.
        let options = SqliteConnectOptions::new()
            .filename(format!("/portcullis-{database}"))
            .vfs("memdb")
            .busy_timeout(BUSY);
        let connect = || {
            SqlitePoolOptions::new()
                .max_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(options.clone())
        };
        // The database is gone with its last connection, and a call that is dropped may close the one
        // that it has.
        let anchor = connect().await.map_err(StoreError::unavailable)?;
        let store = Self {
            pool: connect().await.map_err(StoreError::unavailable)?,
            _anchor: Some(anchor),
        };
        store.migrate().await?;
        Ok(store)
    }

    /// Keeps sessions in a database that the application has open already, and whose tables it has
    /// [made](Self::migrate).
    pub fn with_pool(pool: SqlitePool) -> Self {
        Self {
            pool,
            _anchor: None,
        }
    }

    /// Makes the tables, or brings those of an earlier release up to date, in one transaction; does
    /// nothing if there is nothing to do, or if a later release has made them. Several processes may do
    /// so at the same time. Only tables and indexes whose names begin with `portcullis_` are touched.
    ///
    /// # Errors
    /// A [`StoreError`] if the database does not let it.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        migrations::migrate(&self.pool).await
    }
}

impl SessionStore for SqliteStore {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO portcullis_sessions
             (key, user_id, user, auth_time, acr, remember, expires, version)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(session.key.as_bytes())
        .bind(&session.user_id)
        .bind(&session.user)
        .bind(session.auth_time.map(seconds))
        .bind(&session.acr)
        .bind(session.remember)
        .bind(seconds(session.expires))
        .bind(VERSION)
        .execute(&self.pool)
        .await
        .map_err(StoreError::unavailable)?;
        Ok(())
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        sqlx::query(
            "SELECT user_id, user, auth_time, acr, remember, expires, version
             FROM portcullis_sessions WHERE key = ?",
        )
        .bind(key.as_bytes())
        .fetch_optional(&self.pool)
        .await
        .map_err(StoreError::unavailable)?
        .map(|row| read(key.clone(), &row).map_err(StoreError::corrupt))
        .transpose()
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let changed =
            sqlx::query("UPDATE portcullis_sessions SET expires = ? WHERE key = ? AND expires = ?")
                .bind(seconds(expires))
                .bind(key.as_bytes())
                .bind(seconds(seen))
                .execute(&self.pool)
                .await
                .map_err(StoreError::unavailable)?;
        Ok(changed.rows_affected() > 0)
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        let changed = sqlx::query("UPDATE portcullis_sessions SET user = ? WHERE key = ?")
            .bind(user)
            .bind(key.as_bytes())
            .execute(&self.pool)
            .await
            .map_err(StoreError::unavailable)?;
        Ok(changed.rows_affected() > 0)
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        let changed =
            sqlx::query("UPDATE portcullis_sessions SET key = ?, expires = ? WHERE key = ?")
                .bind(to.as_bytes())
                .bind(seconds(expires))
                .bind(key.as_bytes())
                .execute(&self.pool)
                .await
                .map_err(StoreError::unavailable)?;
        Ok(changed.rows_affected() > 0)
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        let deleted = sqlx::query("DELETE FROM portcullis_sessions WHERE key = ?")
            .bind(key.as_bytes())
            .execute(&self.pool)
            .await
            .map_err(StoreError::unavailable)?;
        Ok(deleted.rows_affected() > 0)
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        sqlx::query(
            "SELECT key, user_id, user, auth_time, acr, remember, expires, version
             FROM portcullis_sessions WHERE user_id = ?",
        )
        .bind(user_id)
        .fetch_all(&self.pool)
        .await
        .map_err(StoreError::unavailable)?
        .iter()
        .map(|row| read(key(row)?, row).map_err(StoreError::corrupt))
        .collect()
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        let deleted = sqlx::query("DELETE FROM portcullis_sessions WHERE user_id = ?")
            .bind(user_id)
            .execute(&self.pool)
            .await
            .map_err(StoreError::unavailable)?;
        Ok(deleted.rows_affected())
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        let deleted = sqlx::query(
            "DELETE FROM portcullis_sessions WHERE key IN
             (SELECT key FROM portcullis_sessions WHERE expires <= ? ORDER BY expires LIMIT ?)",
        )
        .bind(seconds(expired))
        .bind(limit)
        .execute(&self.pool)
        .await
        .map_err(StoreError::unavailable)?;
        Ok(deleted.rows_affected())
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

/// Turns on the write-ahead log, which the file remembers. While others write to it, SQLite refuses that at once
/// whatever the time-out, since two connections that both want it would wait for each other.
async fn write_ahead(pool: &SqlitePool) -> sqlx::Result<()> {
    let began = Instant::now();
    loop {
        let turned_on = sqlx::query("PRAGMA journal_mode = WAL").execute(pool).await;
        match turned_on {
            Err(error) if is_busy(&error) && began.elapsed() < BUSY => sleep(RETRY).await,
            Err(error) => return Err(error),
            Ok(_) => return Ok(()),
        }
    }
}

/// `SQLITE_BUSY`, also with one of the reasons that extend it.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    let code = code.and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == 5)
}

fn seconds(moment: SystemTime) -> i64 {
    Seconds::of(moment).0
}

fn key(row: &SqliteRow) -> Result<SessionKey, StoreError> {
    let bytes: &[u8] = row.try_get("key").map_err(StoreError::corrupt)?;
    let bytes = bytes.try_into().map_err(StoreError::corrupt)?;
    Ok(SessionKey::from_bytes(bytes))
}

fn read(key: SessionKey, row: &SqliteRow) -> Result<StoredSession, Box<dyn Error + Send + Sync>> {
    let version: i64 = row.try_get("version")?;
    if version != VERSION {
        return Err(format!("a session of the unknown version {version}").into());
    }
    let moment = |seconds| Seconds(seconds).to_system_time();
    let auth_time: Option<i64> = row.try_get("auth_time")?;
    Ok(StoredSession::new(
        key,
        row.try_get("user_id")?,
        row.try_get("user")?,
        moment(row.try_get("expires")?),
    )
    .authenticated(auth_time.map(moment), row.try_get("acr")?)
    .remembered(row.try_get("remember")?))
}
