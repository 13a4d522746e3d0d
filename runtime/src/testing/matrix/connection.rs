//! Requests over a connection in memory: nothing else can be upgraded.

use std::future::{IntoFuture, pending};
use std::io;
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::serve::Listener;
use http::header::HOST;
use http::{HeaderValue, Request, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::probe::{Event, Probe};
use crate::routing::Router;

/// How much of what one side sends the other need not have read yet.
const BUFFER: usize = 64 * 1024;

/// How long a handler may take to answer: one that never does must not hold up the whole report.
const DEADLINE: Duration = Duration::from_secs(5);

/// A listener with one connection.
struct Once(Option<DuplexStream>);

impl Listener for Once {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.take() {
            Some(server) => (server, ()),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends the head of a request to a router over a connection, and gives the status of the answer and
/// what the request met. The connection is closed then.
///
/// # Errors
/// If the answer is no HTTP, or there is none within five seconds.
pub(super) async fn connected(
    router: Router,
    mut request: Request<Body>,
) -> io::Result<(StatusCode, Vec<Event>)> {
    let probe = Probe::new();
    let router = router.into_axum().layer(Extension(probe.clone()));
    let (mut client, server) = duplex(BUFFER);
    let mut serving = JoinSet::new();
    serving.spawn(axum::serve(Once(Some(server)), router).into_future());
    let headers = request.headers_mut();
    headers
        .entry(HOST)
        .or_insert(HeaderValue::from_static("localhost"));
    let status = timeout(DEADLINE, asked(&mut client, &request));
    let status = status.await.unwrap_or_else(|_| Err(silence()))?;
    Ok((status, probe.events()))
}

async fn asked(client: &mut DuplexStream, request: &Request<Body>) -> io::Result<StatusCode> {
    client.write_all(&head(request)).await?;
    status(client).await
}

fn silence() -> io::Error {
    let seconds = DEADLINE.as_secs();
    let what = format!("the handler of a WebSocket did not answer within {seconds} s");
    io::Error::new(io::ErrorKind::TimedOut, what)
}

/// RFC 9112 section 3.
fn head(request: &Request<Body>) -> Vec<u8> {
    let start = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri());
    let mut head = start.into_bytes();
    for (name, value) in request.headers() {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// RFC 9112 section 4.
async fn status(client: &mut DuplexStream) -> io::Result<StatusCode> {
    // `HTTP/1.1 101`
    let mut line = [0; 12];
    client.read_exact(&mut line).await?;
    let code = line
        .last_chunk::<3>()
        .map(|code| StatusCode::from_bytes(code));
    match code {
        Some(Ok(status)) => Ok(status),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the answer has no status",
        )),
    }
}
