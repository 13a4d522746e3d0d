//! Where sessions are kept: in the newsroom's own database unless something else is said.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;
use std::{env, fmt};

use portcullis::{
    AuthBuilder, CachedStore, MemoryStore, PostgresChannel, PostgresStore, RedisChannel,
    RedisStore, SessionStore, SqliteStore,
};

use crate::db::Db;

/// What was said about sessions.
pub(crate) struct Sessions {
    place: Place,
    /// How long a session may be answered from memory.
    cache: Option<Duration>,
}

enum Place {
    Newsroom,
    Memory,
    Sqlite(PathBuf),
    Postgres(String),
    Redis(String),
}

impl Sessions {
    /// As `--store` and `--cache` say, else `NEWSROOM_STORE` and `NEWSROOM_CACHE`.
    pub(crate) fn choose(store: Option<String>, cache: Option<String>) -> Result<Self, String> {
        let store = store.or_else(|| env::var("NEWSROOM_STORE").ok());
        let cache = cache.or_else(|| env::var("NEWSROOM_CACHE").ok());
        Ok(Self {
            place: store.map_or(Ok(Place::Newsroom), |store| place(&store))?,
            cache: cache.map(|seconds| duration(&seconds)).transpose()?,
        })
    }

    /// Lets `auth` keep its sessions there.
    pub(crate) async fn keep(
        &self,
        auth: AuthBuilder,
        db: &Db,
    ) -> Result<AuthBuilder, Box<dyn Error>> {
        match &self.place {
            Place::Newsroom => {
                let store = SqliteStore::with_pool(db.pool().clone());
                store.migrate().await?;
                Ok(self.cached(auth, store))
            }
            Place::Memory => Ok(self.cached(auth, MemoryStore::new())),
            Place::Sqlite(path) => Ok(self.cached(auth, SqliteStore::open(path).await?)),
            Place::Postgres(url) => {
                let store = PostgresStore::connect(url).await?;
                store.migrate().await?;
                let Some(bound) = self.cache else {
                    return Ok(auth.store(store));
                };
                let channel = PostgresChannel::new(store.pool().clone());
                Ok(auth.store(CachedStore::new(store, bound).channel(channel)))
            }
            Place::Redis(url) => {
                let store = RedisStore::connect(url).await?;
                let Some(bound) = self.cache else {
                    return Ok(auth.store(store));
                };
                let channel = RedisChannel::connect(url).await?;
                Ok(auth.store(CachedStore::new(store, bound).channel(channel)))
            }
        }
    }

    /// For a store of one process: there is nobody else to tell.
    fn cached(&self, auth: AuthBuilder, store: impl SessionStore) -> AuthBuilder {
        match self.cache {
            Some(bound) => auth.store(CachedStore::new(store, bound)),
            None => auth.store(store),
        }
    }
}

fn place(store: &str) -> Result<Place, String> {
    let is_of = |scheme: &str| store.starts_with(scheme).then(|| store.to_owned());
    if store == "memory" {
        return Ok(Place::Memory);
    }
    if let Some(path) = store
        .strip_prefix("sqlite:")
        .filter(|path| !path.is_empty())
    {
        return Ok(Place::Sqlite(path.into()));
    }
    if let Some(url) = is_of("postgres://").or_else(|| is_of("postgresql://")) {
        return Ok(Place::Postgres(url));
    }
    if let Some(url) = is_of("redis://").or_else(|| is_of("rediss://")) {
        return Ok(Place::Redis(url));
    }
    // An address may carry a password, so it is not repeated.
    Err("the store is `sqlite:PATH`, `postgres://..`, `redis://..` or `memory`".to_owned())
}

fn duration(seconds: &str) -> Result<Duration, String> {
    let seconds = seconds.parse();
    let seconds = seconds.map_err(|_| "the cache is a number of seconds".to_owned())?;
    Ok(Duration::from_secs(seconds))
}

/// Without what an address may say of users and passwords.
impl fmt::Display for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Newsroom => f.write_str("in the database")?,
            Place::Memory => f.write_str("in memory: they end with the newsroom")?,
            Place::Sqlite(path) => write!(f, "in {}", path.display())?,
            Place::Postgres(_) => f.write_str("in PostgreSQL")?,
            Place::Redis(_) => f.write_str("in Redis")?,
        }
        match self.cache {
            Some(bound) => write!(f, ", remembered for up to {} s", bound.as_secs()),
            None => Ok(()),
        }
    }
}
