use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::TcpSettings;
use redis::{
    Client, Cmd, FromRedisValue, IntoConnectionInfo, ProtocolVersion, RedisError, RedisResult,
    ScriptInvocation, Value, from_redis_value,
};
use tokio::time::Instant;

use crate::store::StoreError;

/// How long Redis may take to answer, and to be connected to: less than a request waits for a store.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_millis(800);
/// Whoever fails sooner was not waiting for an answer: the connection was lost before.
const FAILED_AT_ONCE: Duration = Duration::from_millis(200);

/// The address of a server, with our settings for connections to it.
pub(super) fn client(url: &str) -> Result<Client, StoreError> {
    let open = || {
        let address = url.into_connection_info()?;
        // It tells when a connection is lost, so that there is another before the next call.
        let redis = address.redis_settings().clone();
        let redis = redis.set_protocol(ProtocolVersion::RESP3);
        let tcp = TcpSettings::default().set_nodelay(true);
        Client::open(address.set_redis_settings(redis).set_tcp_settings(tcp))
    };
    open().map_err(|error| failed(&error))
}

/// The one connection of a store, which all its calls share.
#[derive(Clone)]
pub(super) struct Connection {
    current: Arc<RwLock<Current>>,
    /// What makes another; `None` if the application made this one.
    client: Option<Client>,
}

#[derive(Clone)]
struct Current {
    manager: ConnectionManager,
    /// How many there were before.
    number: u64,
}

/// What may be asked.
enum Question<'a> {
    Command(&'a Cmd),
    Script(&'a ScriptInvocation<'a>),
}

impl Question<'_> {
    async fn ask(&self, mut current: Current) -> RedisResult<Value> {
        match self {
            Self::Command(command) => command.query_async(&mut current.manager).await,
            Self::Script(script) => script.invoke_async(&mut current.manager).await,
        }
    }
}

impl Connection {
    pub(super) async fn open(client: Client) -> Result<Self, StoreError> {
        let manager = ConnectionManager::new_with_config(client.clone(), config()).await;
        let manager = manager.map_err(|error| failed(&error))?;
        Ok(Self::new(manager, Some(client)))
    }

    pub(super) fn with_manager(manager: ConnectionManager) -> Self {
        Self::new(manager, None)
    }

    fn new(manager: ConnectionManager, client: Option<Client>) -> Self {
        let current = Current { manager, number: 0 };
        Self {
            current: Arc::new(RwLock::new(current)),
            client,
        }
    }

    pub(super) async fn command(&self, command: &Cmd) -> Result<Value, StoreError> {
        self.ask(Question::Command(command)).await
    }

    pub(super) async fn script(&self, script: &ScriptInvocation<'_>) -> Result<Value, StoreError> {
        self.ask(Question::Script(script)).await
    }

    /// Runs a script that answers with a number.
    pub(super) async fn change(&self, script: &ScriptInvocation<'_>) -> Result<i64, StoreError> {
        read(self.script(script).await?)
    }

    async fn ask(&self, question: Question<'_>) -> Result<Value, StoreError> {
        let begun = Instant::now();
        let mut answer = self.ask_once(&question).await;
        if let Err(error) = &answer
            && error.is_io_error()
            && begun.elapsed() < FAILED_AT_ONCE
        {
            // The connection was lost before, and this call is the first to find out: now there is
            // another. Should Redis have been asked, asking again does no harm: every script changes what
            // it finds unchanged, and says so when it does not.
            answer = self.ask_once(&question).await;
        }
        answer.map_err(|error| failed(&error))
    }

    async fn ask_once(&self, question: &Question<'_>) -> RedisResult<Value> {
        let current = self.current();
        let number = current.number;
        let answer = question.ask(current).await;
        if let Err(error) = &answer
            && manager_goes_on(error)
        {
            self.replace(number);
        }
        answer
    }

    fn current(&self) -> Current {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the next call connect anew, unless somebody has seen to it.
    fn replace(&self, number: u64) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.number == number
            && let Some(client) = self.client.clone()
            && let Ok(manager) = ConnectionManager::new_lazy_with_config(client, config())
        {
            let number = number.wrapping_add(1);
            *current = Current { manager, number };
        }
    }
}

fn config() -> ConnectionManagerConfig {
    // Nobody is asked twice in a row: whoever waits shall hear soon that nobody answers, and the next
    // call tries again.
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(ANSWER_WITHIN))
        .set_response_timeout(Some(ANSWER_WITHIN))
        .set_number_of_retries(0)
}

/// Whether the manager goes on as before after that: nobody answered in time, or lets us in. A connection
/// that is lost it replaces by itself.
fn manager_goes_on(error: &RedisError) -> bool {
    error.is_timeout() || !error.is_io_error() && !failed(error).is_corrupt()
}

/// Reads an answer; one of another shape than that is corrupt.
pub(super) fn read<T: FromRedisValue>(answer: Value) -> Result<T, StoreError> {
    // Without the parser's own words, which quote what they stumbled over.
    from_redis_value(answer).map_err(|_| StoreError::corrupt("not what this store writes"))
}

/// Keeps the code of an answer that is an error: its words may quote what was sent.
pub(super) fn failed(error: &RedisError) -> StoreError {
    match error.code() {
        Some("WRONGTYPE") => StoreError::corrupt("a key holds another type of value"),
        Some(code) => StoreError::unavailable(format!("Redis answered {code}")),
        None if error.is_io_error() => StoreError::unavailable(error.to_string()),
        None => StoreError::unavailable(error.category().to_owned()),
    }
}
