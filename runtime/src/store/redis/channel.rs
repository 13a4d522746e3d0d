use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use redis::aio::ConnectionManager;
use redis::{Client, Cmd};
use tokio::time::timeout;

use super::connection::{ANSWER_WITHIN, Connection, client, failed};
use crate::store::{Invalidation, InvalidationChannel, StoreError};

/// How long nothing may be heard before the server is asked whether it is still there.
const QUIET_FOR: Duration = Duration::from_secs(2);

/// Carries what caches must no longer answer from process to process, by Redis's `PUBLISH` and
/// `SUBSCRIBE`.
///
/// Whoever listens has a connection of their own for it. One that is lost is noticed at once, and a server
/// that stands still, or cannot be reached any more, within 3 seconds: it is asked whenever nothing was
/// heard for 2.
///
/// ```no_run
/// # use portcullis::RedisChannel;
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let channel = RedisChannel::connect("redis://localhost").await?.key_prefix("shop:");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RedisChannel {
    connection: Connection,
    client: Client,
    name: Arc<str>,
}

impl RedisChannel {
    /// Connects to a server, whose address is written as for [`RedisStore`](crate::RedisStore::connect).
    ///
    /// # Errors
    /// A [`StoreError`] if the address is none, or nobody answers there.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let client = client(url)?;
        let connection = Connection::open(client.clone()).await?;
        Ok(Self::new(connection, client))
    }

    /// Tells by a connection that is shared with the application, and listens by connections of `client`.
    pub fn with_manager(manager: ConnectionManager, client: Client) -> Self {
        Self::new(Connection::with_manager(manager), client)
    }

    fn new(connection: Connection, client: Client) -> Self {
        Self {
            connection,
            client,
            name: "".into(),
        }
        .key_prefix("portcullis:")
    }

    /// What the name of the channel begins with, so that several applications can share a server. It ends
    /// with `invalidations`. Default: `portcullis:`.
    #[must_use]
    pub fn key_prefix(mut self, prefix: &str) -> Self {
        self.name = format!("{prefix}invalidations").into();
        self
    }

    async fn hear(&self, heard: impl Fn(Invalidation) + Send) -> Result<Infallible, StoreError> {
        let connected = async {
            let mut connection = self.client.get_async_pubsub().await?;
            connection.subscribe(&*self.name).await?;
            Ok(connection)
        };
        let (mut sink, mut messages) = in_time(connected).await?.split();
        heard(Invalidation::Everything);
        loop {
            match timeout(QUIET_FOR, messages.next()).await {
                Ok(Some(message)) => {
                    let text: Option<String> = message.get_payload().ok();
                    let told = text.and_then(|text| Invalidation::parse(&text));
                    // What cannot be read is of a later version, and may mean anything.
                    heard(told.unwrap_or(Invalidation::Everything));
                }
                Ok(None) => return Err(StoreError::unavailable("the connection was lost")),
                Err(_) => in_time(sink.ping()).await?,
            }
        }
    }
}

/// Waits for Redis no longer than it may take to answer.
async fn in_time<T>(answer: impl Future<Output = redis::RedisResult<T>>) -> Result<T, StoreError> {
    match timeout(ANSWER_WITHIN, answer).await {
        Ok(answer) => answer.map_err(|error| failed(&error)),
        Err(_) => Err(StoreError::unavailable("Redis did not answer in time")),
    }
}

impl InvalidationChannel for RedisChannel {
    async fn publish(&self, invalidation: Invalidation) -> Result<(), StoreError> {
        let mut command = Cmd::new();
        command
            .arg("PUBLISH")
            .arg(&*self.name)
            .arg(invalidation.to_string());
        self.connection.command(&command).await?;
        Ok(())
    }

    async fn listen(&self, heard: impl Fn(Invalidation) + Send + Sync) -> StoreError {
        match self.hear(heard).await {
            Ok(never) => match never {},
            Err(error) => error,
        }
    }
}

/// Shows nothing: the address may have a password.
impl fmt::Debug for RedisChannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisChannel").finish_non_exhaustive()
    }
}
