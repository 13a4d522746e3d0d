//! The calls of a store: the same for both databases, whose types have too little in common for a
//! generic function.

use std::time::SystemTime;

use serde::Deserialize;
use sqlx::{Executor, Row};

#[cfg(feature = "postgres")]
use super::postgres::{self, AuthjsPostgresStore};
use super::row::{FIRST_OF_ANY_TYPE, Found, Unreadable, seconds};
#[cfg(feature = "sqlite")]
use super::sqlite::{self, AuthjsSqliteStore};
use crate::store::{KeyFormat, SessionKey, SessionStore, StoreError, StoredSession};

/// What of a user is written to its row.
#[derive(Deserialize)]
struct Shown {
    name: Option<String>,
    email: Option<String>,
    image: Option<String>,
}

impl Shown {
    fn of(user: &str) -> Result<Self, StoreError> {
        serde_json::from_str(user).map_err(|_| StoreError::corrupt("the user is not readable"))
    }
}

/// Keeps the message only: what a database says in detail may quote a token.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands on"
)]
fn unavailable(error: sqlx::Error) -> StoreError {
    StoreError::unavailable(error.to_string())
}

fn refused() -> StoreError {
    StoreError::unavailable("there is no such user, or the token is taken")
}

macro_rules! session_store {
    ($store:ty, $row:ty, $value:path) => {
        impl $store {
            /// Asks the database whether the tables are as they were described, without reading them.
            ///
            /// # Errors
            /// A [`StoreError`] if a table or a column is missing or of another type, or the database
            /// could not be asked.
            pub async fn check(&self) -> Result<(), StoreError> {
                for sql in self.layout.statements.all() {
                    let prepared = self.pool.prepare(sql.clone()).await;
                    prepared.map_err(unavailable)?;
                }
                Ok(())
            }

            fn read(&self, row: &$row) -> Result<Option<StoredSession>, Unreadable> {
                // The role, then the members.
                let any_type = FIRST_OF_ANY_TYPE..=FIRST_OF_ANY_TYPE + self.layout.member_count();
                let mut values = any_type.map(|index| $value(row, index));
                let found = Found {
                    token: row.try_get(0)?,
                    user_id: row.try_get(1)?,
                    name: row.try_get(2)?,
                    email: row.try_get(3)?,
                    image: row.try_get(4)?,
                    expires: row.try_get(5)?,
                    auth_time: row.try_get(6)?,
                    acr: row.try_get(7)?,
                    role: values.next().transpose()?.unwrap_or_default(),
                    members: values.collect::<Result<_, _>>()?,
                };
                self.layout.session(found)
            }
        }

        impl SessionStore for $store {
            /// The token as it is.
            fn key_format(&self) -> KeyFormat {
                KeyFormat::Token
            }

            async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
                let token = session.key.expose_token().ok_or_else(refused)?;
                let user_id = self.layout.user_id(&session.user_id).ok_or_else(refused)?;
                let mut query = sqlx::query(self.layout.statements.create.clone())
                    .bind(token)
                    .bind(user_id)
                    .bind(seconds(session.expires));
                if let Some(id) = self.layout.new_session_id()? {
                    query = query.bind(id);
                }
                if self.layout.has_auth_time {
                    query = query.bind(session.auth_time.map(seconds));
                }
                if self.layout.has_acr {
                    query = query.bind(&session.acr);
                }
                let created = query.execute(&self.pool).await.map_err(unavailable)?;
                match created.rows_affected() {
                    0 => Err(refused()),
                    _ => Ok(()),
                }
            }

            async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
                let row = sqlx::query(self.layout.statements.load.clone())
                    .bind(key.expose_token())
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(unavailable)?;
                let Some(row) = row else {
                    return Ok(None);
                };
                let session = self.read(&row).map_err(StoreError::corrupt)?;
                // A column that tells no upper case from lower finds what is not it.
                if session.as_ref().is_some_and(|session| session.key != *key) {
                    return Ok(None);
                }
                Ok(session)
            }

            async fn extend(
                &self,
                key: &SessionKey,
                seen: SystemTime,
                expires: SystemTime,
            ) -> Result<bool, StoreError> {
                let extended = sqlx::query(self.layout.statements.extend.clone())
                    .bind(key.expose_token())
                    .bind(seconds(expires))
                    .bind(seconds(seen))
                    .execute(&self.pool)
                    .await
                    .map_err(unavailable)?;
                Ok(extended.rows_affected() > 0)
            }

            /// Writes the name, the e-mail address and the image, as far as they are given, to the user's
            /// row.
            async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
                let shown = Shown::of(user)?;
                let updated = sqlx::query(self.layout.statements.update.clone())
                    .bind(key.expose_token())
                    .bind(shown.name)
                    .bind(shown.email)
                    .bind(shown.image)
                    .execute(&self.pool)
                    .await
                    .map_err(unavailable)?;
                Ok(updated.rows_affected() > 0)
            }

            async fn rename(
                &self,
                key: &SessionKey,
                to: &SessionKey,
                expires: SystemTime,
            ) -> Result<bool, StoreError> {
                let renamed = sqlx::query(self.layout.statements.rename.clone())
                    .bind(key.expose_token())
                    .bind(to.expose_token())
                    .bind(seconds(expires))
                    .execute(&self.pool)
                    .await
                    .map_err(unavailable)?;
                Ok(renamed.rows_affected() > 0)
            }

            async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
                let deleted = sqlx::query(self.layout.statements.delete.clone())
                    .bind(key.expose_token())
                    .execute(&self.pool)
                    .await
                    .map_err(unavailable)?;
                Ok(deleted.rows_affected() > 0)
            }

            async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
                let Some(user_id) = self.layout.user_id(user_id) else {
                    return Ok(Vec::new());
                };
                sqlx::query(self.layout.statements.list_user.clone())
                    .bind(user_id)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(unavailable)?
                    .iter()
                    .filter_map(|row| self.read(row).transpose())
                    .map(|session| session.map_err(StoreError::corrupt))
                    .collect()
            }

            async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
                let Some(user_id) = self.layout.user_id(user_id) else {
                    return Ok(0);
                };
                let deleted = sqlx::query(self.layout.statements.delete_user.clone())
                    .bind(user_id)
                    .execute(&self.pool)
                    .await
                    .map_err(unavailable)?;
                Ok(deleted.rows_affected())
            }

            async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
                let deleted = sqlx::query(self.layout.statements.prune.clone())
                    .bind(seconds(expired))
                    .bind(i64::from(limit))
                    .execute(&self.pool)
                    .await
                    .map_err(unavailable)?;
                Ok(deleted.rows_affected())
            }
        }
    };
}

#[cfg(feature = "postgres")]
session_store!(AuthjsPostgresStore, sqlx::postgres::PgRow, postgres::value);
#[cfg(feature = "sqlite")]
session_store!(AuthjsSqliteStore, sqlx::sqlite::SqliteRow, sqlite::value);
