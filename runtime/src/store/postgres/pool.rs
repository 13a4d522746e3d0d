//! Connections that a request may give up at any time.

use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};

const CONNECTIONS: u32 = 10;
/// Shorter than the second that a call to a store has.
const ACQUIRE: Duration = Duration::from_millis(800);
/// A connection that has idled longer is asked whether it is still there before it is used.
const TRUSTED: Duration = Duration::from_millis(100);
/// How long a connection has to answer after a call was given up, and the server to finish it. As
/// both end together, abandoned calls never occupy more than twice as many connections of the server.
const ABANDONED: Duration = Duration::from_secs(5);

pub(super) async fn connect(url: &str) -> Result<PgPool, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    let options = options.options([("statement_timeout", ABANDONED.as_millis())]);
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, found| {
            Box::pin(async move {
                if found.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_release(|connection, _| Box::pin(answers(connection)))
        .connect_with(options)
        .await
}

/// Reads what is left of a call that was given up. Without a bound, connections to a machine that is
/// gone would be lost to the pool until TCP gives them up, after many minutes.
async fn answers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    match tokio::time::timeout(ABANDONED, connection.ping()).await {
        Ok(answer) => answer.map(|()| true),
        Err(_) => Err(sqlx::Error::PoolTimedOut),
    }
}
