//! Stores that hold many sessions already, put there by the database itself.

use std::path::Path;
use std::time::{Duration, SystemTime};

use portcullis::{PostgresStore, SessionKey, SqliteStore};
use portcullis_tests::servers::Postgres;
use sqlx::SqlitePool;

/// A user as an application might remember one.
pub const USER: &str =
    r#"{"id":"7","name":"Ada Lovelace","email":"ada@example.org","roles":["editor"]}"#;

/// How much later a session expires after it was extended.
pub const EXTENSION: Duration = Duration::from_secs(60);

/// A store, and some of the sessions in it.
pub struct Filled<S> {
    pub store: S,
    sessions: Vec<(SessionKey, SystemTime)>,
}

impl<S> Filled<S> {
    fn new(store: S, sessions: Vec<(Vec<u8>, i64)>) -> Self {
        let sessions = sessions.into_iter().map(|(key, expires)| {
            let key = SessionKey::from_bytes(key.try_into().expect("32 bytes"));
            let expires = Duration::from_secs(expires.try_into().expect("after 1970"));
            (key, SystemTime::UNIX_EPOCH + expires)
        });
        Self {
            store,
            sessions: sessions.collect(),
        }
    }

    /// One of the sessions, and when it expires if it was extended each time before.
    pub fn session(&self, n: usize) -> (&SessionKey, SystemTime) {
        let (key, expires) = &self.sessions[n % self.sessions.len()];
        let extended = u32::try_from(n / self.sessions.len()).expect("few");
        (key, *expires + EXTENSION * extended)
    }
}

/// A PostgreSQL store with `size` sessions, `known` of which are known.
pub async fn filled_postgres(
    postgres: &Postgres,
    size: u32,
    known: usize,
) -> Filled<PostgresStore> {
    let url = postgres.database();
    let store = PostgresStore::connect(&url).await.expect("a connection");
    store.migrate().await.expect("a table");
    // The store's own connections end statements that take long.
    let pool = sqlx::PgPool::connect(&url).await.expect("a connection");
    let insert = "
        INSERT INTO portcullis_sessions
            (key, version, user_id, user_data, auth_time, acr, remember, expires)
        SELECT sha256(n::text::bytea), 1, (n / 2)::text, $1, 1000000000, NULL, true, 3000000000 + n
        FROM generate_series(1, $2::bigint) n";
    sqlx::query(insert)
        .bind(USER)
        .bind(i64::from(size))
        .execute(&pool)
        .await
        .expect("filled");
    sqlx::query("VACUUM ANALYZE portcullis_sessions")
        .execute(&pool)
        .await
        .expect("analysed");
    let some = "SELECT key, expires FROM portcullis_sessions ORDER BY random() LIMIT $1";
    let some = sqlx::query_as(some)
        .bind(i64::try_from(known).expect("few"))
        .fetch_all(&pool)
        .await
        .expect("some sessions");
    Filled::new(store, some)
}

/// An SQLite store with `size` sessions, `known` of which are known.
pub async fn filled_sqlite(folder: &Path, size: u32, known: usize) -> Filled<SqliteStore> {
    let path = folder.join(format!("{size}.db"));
    let store = SqliteStore::open(&path).await.expect("a file");
    let pool = SqlitePool::connect(&format!("sqlite:{}", path.display()))
        .await
        .expect("a file");
    let insert = "
        WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < $2)
        INSERT INTO portcullis_sessions (key, user_id, user, auth_time, acr, remember, expires, version)
        SELECT randomblob(32), n / 2, $1, 1000000000, NULL, true, 3000000000 + n, 1 FROM series";
    sqlx::query(insert)
        .bind(USER)
        .bind(size)
        .execute(&pool)
        .await
        .expect("filled");
    let some = "SELECT key, expires FROM portcullis_sessions ORDER BY random() LIMIT $1";
    let some = sqlx::query_as(some)
        .bind(i64::try_from(known).expect("few"))
        .fetch_all(&pool)
        .await
        .expect("some sessions");
    Filled::new(store, some)
}
