use std::fmt;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use sqlx::{Acquire, Connection};

use crate::store::{Invalidation, InvalidationChannel, StoreError};

/// A server that has said nothing for this long is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(5);
/// How long it has to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Tells other processes by `NOTIFY` of PostgreSQL what their caches must no longer answer.
///
/// Listening takes a connection of its own, besides those of the pool. If that is lost without a word,
/// because the server stands still or the network swallows what it says, it is noticed within 7 seconds:
/// after 5 seconds of silence the server is asked whether it is there, and has 2 to answer. A connection
/// pooler such as PgBouncer must not stand between, unless it gives out whole sessions.
///
/// What is told names no session and no user, but whoever may connect to the database may tell things, too:
/// at worst caches forget what they could have kept.
///
/// ```no_run
/// use portcullis::{Invalidation, InvalidationChannel, PostgresChannel, PostgresStore};
///
/// # async fn tell() -> Result<(), Box<dyn std::error::Error>> {
/// let store = PostgresStore::connect("postgres://app@localhost/app").await?;
/// let channel = PostgresChannel::new(store.pool().clone());
/// channel.publish(Invalidation::user("7")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PostgresChannel {
    pool: PgPool,
    name: String,
}

impl PostgresChannel {
    /// A channel named `portcullis` in the database that the pool is connected to.
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            name: "portcullis".to_owned(),
        }
    }

    /// The same by another name, of 1 to 63 bytes: applications with different stores in one database
    /// need not hear each other.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// A listener that misses nothing from now on.
    async fn listener(&self) -> Result<PgListener, sqlx::Error> {
        let options = self.pool.connect_options().as_ref().clone();
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options);
        let mut listener = PgListener::connect_with(&own).await?;
        // Whatever was said until it is connected again, the caller must know of.
        listener.eager_reconnect(false);
        in_time(listener.listen(&self.name)).await?;
        Ok(listener)
    }

    async fn hear(&self, heard: impl Fn(Invalidation)) -> Result<(), sqlx::Error> {
        let mut listener = self.listener().await?;
        heard(Invalidation::Everything);
        loop {
            match tokio::time::timeout(SILENCE, listener.try_recv()).await {
                Ok(Ok(Some(told))) => {
                    if let Some(invalidation) = Invalidation::parse(told.payload()) {
                        heard(invalidation);
                    }
                }
                Ok(Ok(None)) => return Ok(()),
                Ok(Err(error)) => return Err(error),
                Err(_) => in_time(async { listener.acquire().await?.ping().await }).await?,
            }
        }
    }
}

impl InvalidationChannel for PostgresChannel {
    async fn publish(&self, invalidation: Invalidation) -> Result<(), StoreError> {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(&self.name)
            .bind(invalidation.to_string())
            .execute(&self.pool)
            .await
            .map_err(StoreError::unavailable)?;
        Ok(())
    }

    async fn listen(&self, heard: impl Fn(Invalidation) + Send + Sync) -> StoreError {
        match self.hear(heard).await {
            Ok(()) => StoreError::unavailable("the connection to PostgreSQL was lost"),
            Err(error) => StoreError::unavailable(error),
        }
    }
}

impl fmt::Debug for PostgresChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresChannel")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

async fn in_time<T>(
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(PATIENCE, answer)
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
}
