use std::fmt;
use std::sync::Arc;

use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::{PgPool, PgRow};

use super::dialect::{Dialect, Moments};
use super::row::{Layout, Unreadable};
use super::{AuthjsTables, AuthjsTablesError, AuthjsTimestamp};

/// Sessions in the tables of Auth.js in PostgreSQL: one sign-in for a Rust service and a JavaScript
/// application.
///
/// What one side has begun counts on the other; what one has extended, changed or ended is extended,
/// changed or ended for both.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use portcullis::{Auth, AuthjsPostgresStore, AuthjsTables};
/// use sqlx::PgPool;
///
/// let pool = PgPool::connect(&std::env::var("DATABASE_URL")?).await?;
/// let tables = AuthjsTables::pg_adapter().role_column("role");
/// let store = AuthjsPostgresStore::new(pool, tables)?;
/// store.check().await?;
/// let auth = Auth::builder()
///     .cookie_name("authjs.session-token")
///     .store(store)
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// The cookie must have one name and one lifetime on both sides. On `https` our name has the prefix
/// `__Host-`, so tell Auth.js: `cookies: { sessionToken: { name: "__Host-authjs.session-token" } }`. The
/// lifetimes `maxAge` and `updateAge` of Auth.js are our [`max_age`](crate::AuthBuilder::max_age) and
/// [`update_age`](crate::AuthBuilder::update_age), with the same defaults.
///
/// Add the indexes that the tables lack: [`AuthjsTables::recommended_indexes`].
///
/// # What differs from other stores
/// - The token is stored as it is, for that is what Auth.js does: whoever can read the table can take
///   over every session in it. Our own layouts keep a hash.
/// - The user is the row of the users' table, read with the session in one query: a role that was taken
///   away there is gone with the next request. Of the user that [`Auth::sign_in`](crate::Auth::sign_in)
///   is given only the id counts, and there must be such a row.
/// - [`Auth::update`](crate::Auth::update) writes the name, the e-mail address and the image to that row,
///   as far as the user has them. It never writes roles and columns of the application's own: write
///   those yourself.
/// - Auth.js does not say when and how a user signed in. Unless the sessions' table has columns for it
///   ([`AuthjsTables::auth_time_column`], [`AuthjsTables::acr_column`]), rules with `fresh` refuse
///   everybody with `auth_time_missing`, rules with `acr` hold for nobody, and `absolute_max_age` does
///   not limit a session. Every session is one that is remembered.
#[derive(Clone)]
pub struct AuthjsPostgresStore {
    pub(super) pool: PgPool,
    pub(super) layout: Arc<Layout>,
}

impl AuthjsPostgresStore {
    /// Keeps sessions in these tables of an application's database. Nothing is made and nothing asked.
    ///
    /// # Errors
    /// An [`AuthjsTablesError`] if there can be no such tables in PostgreSQL.
    pub fn new(pool: PgPool, tables: AuthjsTables) -> Result<Self, AuthjsTablesError> {
        let layout = Arc::new(Layout::new::<Postgres>(tables)?);
        Ok(Self { pool, layout })
    }
}

impl fmt::Debug for AuthjsPostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthjsPostgresStore")
            .finish_non_exhaustive()
    }
}

struct Postgres;

impl Dialect for Postgres {
    const NAME: &'static str = "PostgreSQL";
    const HAS_SCHEMAS: bool = true;
    const HAS_UUIDS: bool = true;

    fn moments(timestamps: AuthjsTimestamp) -> Option<Moments> {
        // A session that never ends (`infinity`) is not one of ours: it has no seconds.
        let seconds = |column: &str| {
            format!(
                "CASE WHEN isfinite({column}) THEN CAST(trunc(extract(epoch FROM {column})) AS bigint) END"
            )
        };
        match timestamps {
            AuthjsTimestamp::WithTimeZone => Some(Moments {
                seconds,
                moment: |seconds| format!("to_timestamp({seconds})"),
                is_due: |column, seconds| format!("{column} <= to_timestamp({seconds})"),
                now: "now()",
            }),
            AuthjsTimestamp::Utc => Some(Moments {
                seconds,
                moment: |seconds| format!("to_timestamp({seconds}) AT TIME ZONE 'UTC'"),
                is_due: |column, seconds| {
                    format!("{column} <= to_timestamp({seconds}) AT TIME ZONE 'UTC'")
                },
                now: "now() AT TIME ZONE 'UTC'",
            }),
            AuthjsTimestamp::Milliseconds => Some(Moments {
                seconds: |column| format!("CAST({column} AS bigint) / 1000"),
                moment: |seconds| format!("{seconds} * 1000"),
                is_due: |column, seconds| format!("{column} <= {seconds} * 1000"),
                now: "CAST(extract(epoch FROM now()) * 1000 AS bigint)",
            }),
            AuthjsTimestamp::Seconds => Some(Moments {
                seconds: |column| format!("CAST({column} AS bigint)"),
                moment: str::to_owned,
                is_due: |column, seconds| format!("{column} <= {seconds}"),
                now: "CAST(extract(epoch FROM now()) AS bigint)",
            }),
            AuthjsTimestamp::IsoText => None,
        }
    }

    fn any(column: &str) -> String {
        format!("CAST(to_jsonb({column}) AS text)")
    }

    fn is_among(column: &str, query: &str) -> String {
        // Those that another is writing are left to it.
        format!("{column} = ANY (ARRAY({query} FOR UPDATE SKIP LOCKED))")
    }
}

/// A column of any type.
pub(super) fn value(row: &PgRow, index: usize) -> Result<Value, Unreadable> {
    let json: Option<&str> = row.try_get(index)?;
    json.map_or(Ok(Value::Null), |json| {
        serde_json::from_str(json).map_err(|_| Unreadable::Json)
    })
}
