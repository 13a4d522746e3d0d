use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Executor, Row};

use super::{SessionKey, SessionStore, StoreError, StoredSession};
use crate::clock::Seconds;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS portcullis_sessions (
    key       BLOB    NOT NULL PRIMARY KEY,
    user_id   TEXT    NOT NULL,
    user      TEXT    NOT NULL,
    auth_time INTEGER,
    acr       TEXT,
    remember  INTEGER NOT NULL,
    expires   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS portcullis_sessions_user ON portcullis_sessions (user_id);
CREATE INDEX IF NOT EXISTS portcullis_sessions_expires ON portcullis_sessions (expires);
";

/// Sessions in the table `portcullis_sessions` of an SQLite database, embedded in the process.
///
/// The table is made when the store is opened. Sessions that nobody comes back to stay in it until
/// the application calls [`prune`](SessionStore::prune), at start or now and then. Session ids are stored only as their SHA-256.
#[derive(Clone)]
pub struct SqliteStore {
    pool: SqlitePool,
}

impl SqliteStore {
    /// Opens the database file, and makes it if there is none.
    ///
    /// # Errors
    /// A [`StoreError`] if the file cannot be opened or is no SQLite database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let pool = SqlitePoolOptions::new()
            .connect_with(options)
            .await
            .map_err(StoreError::unavailable)?;
        Self::with_pool(pool).await
    }

    /// Keeps sessions in memory until the store and all its clones are dropped.
    ///
    /// # Errors
    /// A [`StoreError`] if there is no memory for it.
    pub async fn in_memory() -> Result<Self, StoreError> {
        // An in-memory database belongs to its connection, so there is one and it stays.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(SqliteConnectOptions::new().in_memory(true))
            .await
            .map_err(StoreError::unavailable)?;
        Self::with_pool(pool).await
    }

    /// Keeps sessions in a database that the application has open already.
    ///
    /// # Errors
    /// A [`StoreError`] if the table cannot be made.
    pub async fn with_pool(pool: SqlitePool) -> Result<Self, StoreError> {
        pool.execute(SCHEMA)
            .await
            .map_err(StoreError::unavailable)?;
        Ok(Self { pool })
    }
}

impl SessionStore for SqliteStore {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO portcullis_sessions (key, user_id, user, auth_time, acr, remember, expires)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(session.key.as_bytes())
        .bind(&session.user_id)
        .bind(&session.user)
        .bind(session.auth_time.map(seconds))
        .bind(&session.acr)
        .bind(session.remember)
        .bind(seconds(session.expires))
        .execute(&self.pool)
        .await
        .map_err(StoreError::unavailable)?;
        Ok(())
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        sqlx::query(
            "SELECT user_id, user, auth_time, acr, remember, expires
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
            "SELECT key, user_id, user, auth_time, acr, remember, expires
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

fn seconds(moment: SystemTime) -> i64 {
    Seconds::of(moment).0
}

fn key(row: &SqliteRow) -> Result<SessionKey, StoreError> {
    let bytes: &[u8] = row.try_get("key").map_err(StoreError::corrupt)?;
    let bytes = bytes.try_into().map_err(StoreError::corrupt)?;
    Ok(SessionKey::from_bytes(bytes))
}

fn read(key: SessionKey, row: &SqliteRow) -> Result<StoredSession, sqlx::Error> {
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
