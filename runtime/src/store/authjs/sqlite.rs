use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Column, Row, TypeInfo, ValueRef};

use super::dialect::{Dialect, Moments};
use super::row::{Layout, Unreadable};
use super::{AuthjsTables, AuthjsTablesError, AuthjsTimestamp};

/// Sessions in the tables of Auth.js in SQLite: one sign-in for a Rust service and a JavaScript
/// application. All that is said of [`AuthjsPostgresStore`](crate::AuthjsPostgresStore), which is the
/// same for PostgreSQL, holds here.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use portcullis::{Auth, AuthjsSqliteStore, AuthjsTables};
/// use sqlx::SqlitePool;
///
/// let pool = SqlitePool::connect("sqlite:app.db").await?;
/// let store = AuthjsSqliteStore::new(pool, AuthjsTables::drizzle_sqlite())?;
/// store.check().await?;
/// let auth = Auth::builder()
///     .cookie_name("authjs.session-token")
///     .store(store)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AuthjsSqliteStore {
    pub(super) pool: SqlitePool,
    pub(super) layout: Arc<Layout>,
}

impl AuthjsSqliteStore {
    /// Keeps sessions in these tables of an application's database. Nothing is made and nothing asked.
    ///
    /// # Errors
    /// An [`AuthjsTablesError`] if there can be no such tables in SQLite.
    pub fn new(pool: SqlitePool, tables: AuthjsTables) -> Result<Self, AuthjsTablesError> {
        let layout = Arc::new(Layout::new::<Sqlite>(tables)?);
        Ok(Self { pool, layout })
    }
}

impl fmt::Debug for AuthjsSqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthjsSqliteStore").finish_non_exhaustive()
    }
}

struct Sqlite;

impl Dialect for Sqlite {
    const NAME: &'static str = "SQLite";
    const HAS_SCHEMAS: bool = false;
    const HAS_UUIDS: bool = false;

    fn moments(timestamps: AuthjsTimestamp) -> Option<Moments> {
        match timestamps {
            AuthjsTimestamp::Milliseconds => Some(Moments {
                seconds: |column| format!("CAST({column} AS bigint) / 1000"),
                moment: |seconds| format!("{seconds} * 1000"),
                is_due: |column, seconds| format!("{column} <= {seconds} * 1000"),
                now: "unixepoch() * 1000",
            }),
            AuthjsTimestamp::Seconds => Some(Moments {
                seconds: |column| format!("CAST({column} AS bigint)"),
                moment: str::to_owned,
                is_due: |column, seconds| format!("{column} <= {seconds}"),
                now: "unixepoch()",
            }),
            AuthjsTimestamp::IsoText => Some(Moments {
                seconds: |column| format!("unixepoch({column})"),
                moment: |seconds| {
                    format!("strftime('%Y-%m-%dT%H:%M:%S.000Z', {seconds}, 'unixepoch')")
                },
                // The sign takes away the type that would keep SQLite from the index.
                is_due: |column, seconds| format!("unixepoch({column}) <= +{seconds}"),
                now: "strftime('%Y-%m-%dT%H:%M:%fZ')",
            }),
            AuthjsTimestamp::WithTimeZone | AuthjsTimestamp::Utc => None,
        }
    }

    fn any(column: &str) -> String {
        column.to_owned()
    }

    fn is_among(column: &str, query: &str) -> String {
        format!("{column} IN ({query})")
    }
}

/// A column of any type.
pub(super) fn value(row: &SqliteRow, index: usize) -> Result<Value, Unreadable> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    match raw.type_info().name() {
        // A boolean is an integer in a column that was declared to be one.
        "INTEGER" if row.try_column(index)?.type_info().name() == "BOOLEAN" => {
            Ok(row.try_get::<bool, _>(index)?.into())
        }
        "INTEGER" => Ok(row.try_get::<i64, _>(index)?.into()),
        "REAL" => Ok(row.try_get::<f64, _>(index)?.into()),
        "TEXT" => Ok(row.try_get::<String, _>(index)?.into()),
        _ => Err(Unreadable::Json),
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, SqlStr};

    use super::*;

    async fn plan(pool: &SqlitePool, statement: &SqlStr) -> String {
        let asked = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.as_str()));
        let steps = sqlx::query(asked).fetch_all(pool).await;
        let steps = steps.expect("a plan");
        let steps = steps.iter().map(|step| step.get::<String, _>("detail"));
        steps.collect::<Vec<_>>().join("\n")
    }

    #[tokio::test]
    async fn every_statement_finds_sessions_by_an_index() {
        for (timestamps, column) in [
            (AuthjsTimestamp::Milliseconds, "integer"),
            (AuthjsTimestamp::Seconds, "datetime"),
            (AuthjsTimestamp::IsoText, "text"),
        ] {
            let schema = format!(
                r#"CREATE TABLE "user" (id text PRIMARY KEY, name text, email text, image text);
                CREATE TABLE "session" ("sessionToken" text PRIMARY KEY, "userId" text, expires {column});"#
            );
            let tables = AuthjsTables::drizzle_sqlite().timestamps(timestamps);
            let indexes = tables.recommended_indexes().join("; ");
            let options = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
            let pool = options.connect("sqlite::memory:").await.expect("memory");
            let made = AssertSqlSafe(format!("{schema} {indexes}"));
            let made = sqlx::raw_sql(made).execute(&pool).await;
            made.expect("tables");
            let store = AuthjsSqliteStore::new(pool.clone(), tables).expect("tables");
            for statement in store.layout.statements.all() {
                let plan = plan(&pool, statement).await;
                assert!(!plan.contains("SCAN"), "{}\n{plan}", statement.as_str());
            }
        }
    }
}
