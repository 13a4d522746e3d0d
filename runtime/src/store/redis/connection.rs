use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::TcpSettings;
use redis::{
    Client, Cmd, FromRedisValue, IntoConnectionInfo, ProtocolVersion, RedisError, ScriptInvocation,
    Value, from_redis_value,
};
use tokio::time::Instant;

use crate::store::StoreError;

/// How long Redis may take to answer, and to be connected to: less than a request waits for a store.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_millis(800);
/// How long a connection may be silent, or leave what was sent unacknowledged, before it is given up.
const SILENT_FOR: Duration = Duration::from_secs(5);
/// Whoever fails sooner was not waiting for an answer: the connection was lost before.
const FAILED_AT_ONCE: Duration = Duration::from_millis(200);

/// The address of a server, with our settings for connections to it.
pub(super) fn client(url: &str) -> Result<Client, StoreError> {
    let open = || {
        let address = url.into_connection_info()?;
        // It tells us when a connection is lost, so that there is another before the next request.
        let redis = address.redis_settings().clone();
        let redis = redis.set_protocol(ProtocolVersion::RESP3);
        Client::open(
            address
                .set_redis_settings(redis)
                .set_tcp_settings(tcp_settings()),
        )
    };
    open().map_err(|error| failed(&error))
}

fn tcp_settings() -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let settings = {
        use redis::io::tcp::socket2::TcpKeepalive;
        let probes = TcpKeepalive::new()
            .with_time(SILENT_FOR)
            .with_interval(Duration::from_secs(1));
        settings.set_keepalive(probes).set_user_timeout(SILENT_FOR)
    };
    settings
}

/// The one connection of a store, which all its calls share.
#[derive(Clone)]
pub(super) struct Connection(ConnectionManager);

impl Connection {
    pub(super) async fn open(client: Client) -> Result<Self, StoreError> {
        // One attempt more: those who wait shall hear soon that nobody answers. The next call that is
        // made tries again.
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(ANSWER_WITHIN))
            .set_response_timeout(Some(ANSWER_WITHIN))
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(50))
            .set_max_delay(Duration::from_millis(100));
        let manager = ConnectionManager::new_with_config(client, config).await;
        manager.map(Self).map_err(|error| failed(&error))
    }

    pub(super) fn with_manager(manager: ConnectionManager) -> Self {
        Self(manager)
    }

    /// Runs a command that may run twice.
    pub(super) async fn read(&self, command: &Cmd) -> Result<Value, StoreError> {
        let begun = Instant::now();
        let answer = match command.query_async(&mut self.0.clone()).await {
            Err(error) if was_lost(&error, begun) => command.query_async(&mut self.0.clone()).await,
            answer => answer,
        };
        answer.map_err(|error| failed(&error))
    }

    /// Runs a script that may run twice.
    pub(super) async fn ask(&self, script: &ScriptInvocation<'_>) -> Result<Value, StoreError> {
        let begun = Instant::now();
        let answer = match script.invoke_async(&mut self.0.clone()).await {
            Err(error) if was_lost(&error, begun) => script.invoke_async(&mut self.0.clone()).await,
            answer => answer,
        };
        answer.map_err(|error| failed(&error))
    }

    /// Runs a script once.
    pub(super) async fn change(&self, script: &ScriptInvocation<'_>) -> Result<i64, StoreError> {
        let answer = match script.invoke_async(&mut self.0.clone()).await {
            Err(error) if error.is_connection_refusal() => {
                script.invoke_async(&mut self.0.clone()).await
            }
            answer => answer,
        };
        read(answer.map_err(|error| failed(&error))?)
    }
}

/// Reads an answer; one of another shape than that is corrupt.
pub(super) fn read<T: FromRedisValue>(answer: Value) -> Result<T, StoreError> {
    // Without the parser's own words, which quote what they stumbled over.
    from_redis_value(answer).map_err(|_| StoreError::corrupt("not what this store writes"))
}

/// Whether the connection was lost before anybody was asked. It fails until a call finds out, and the
/// next has another.
fn was_lost(error: &RedisError, begun: Instant) -> bool {
    error.is_io_error() && begun.elapsed() < FAILED_AT_ONCE
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
