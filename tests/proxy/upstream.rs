//! An upstream that does as it is told: a real server on a port of its own.

mod reply;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, Method};
use portcullis::ProxyOptions;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

pub use self::reply::{Gate, Reply};
use crate::message;

/// What a request to the upstream was.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: Method,
    /// The path with its query, as it was sent.
    pub target: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Asked {
    /// All values of a header, in one line.
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| value.to_str().expect("a textual header"))
            .collect();
        values.join(", ")
    }
}

type Script = dyn Fn(&Asked) -> Reply + Send + Sync;

/// What a server has seen, and what it does.
struct Played {
    script: Box<Script>,
    asked: Mutex<Vec<Asked>>,
    /// How many they are.
    count: watch::Sender<usize>,
    connections: AtomicUsize,
    tls: Option<TlsAcceptor>,
}

/// A running server. It ends when it is dropped.
pub struct Upstream {
    played: Arc<Played>,
    address: SocketAddr,
    /// Keeps the port while nobody listens.
    _reserved: TcpSocket,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Upstream").field(&self.address).finish()
    }
}

impl Upstream {
    /// One that does what `script` says about each request.
    pub fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let upstream = Self::refusing(script);
        upstream.listen();
        upstream
    }

    /// The same, to which nobody can connect before it [listens](Self::listen).
    pub fn refusing(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::made(Box::new(script), None)
    }

    /// One that speaks TLS.
    pub fn tls(tls: TlsAcceptor, script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let upstream = Self::made(Box::new(script), Some(tls));
        upstream.listen();
        upstream
    }

    /// One that answers each request with that session.
    pub fn with_session(session: Value) -> Self {
        Self::start(move |_| Reply::json(&session))
    }

    fn made(script: Box<Script>, tls: Option<TlsAcceptor>) -> Self {
        let reserved = TcpSocket::new_v4().expect("a socket");
        reserved.set_reuseaddr(true).expect("an option");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        reserved.bind(any).expect("a free port");
        Self {
            played: Arc::new(Played {
                script,
                asked: Mutex::default(),
                count: watch::Sender::default(),
                connections: AtomicUsize::new(0),
                tls,
            }),
            address: reserved.local_addr().expect("bound"),
            _reserved: reserved,
            running: Mutex::default(),
        }
    }

    /// Lets visitors in, from now on.
    pub fn listen(&self) {
        let listener = std::net::TcpListener::bind(self.address).expect("a reserved port");
        listener.set_nonblocking(true).expect("an option");
        let listener = TcpListener::from_std(listener).expect("a listener");
        let running = tokio::spawn(run(listener, Arc::clone(&self.played)));
        *self.running.lock().expect("nobody panicked") = Some(running);
    }

    /// Ends every connection, and refuses new ones.
    pub async fn stop(&self) {
        let running = self.running.lock().expect("nobody panicked").take();
        let running = running.expect("it listens");
        running.abort();
        let _ = running.await;
    }

    /// Where it is, without a path.
    pub fn url(&self) -> String {
        let scheme = match self.played.tls {
            Some(_) => "https",
            None => "http",
        };
        format!("{scheme}://{}", self.address)
    }

    /// Options to ask it: it may take as long as a test runs, and what it says is forgotten at once.
    pub fn options(&self) -> ProxyOptions {
        ProxyOptions::new(self.url())
            .timeout(Duration::from_secs(60))
            .cache_ttl(Duration::ZERO)
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.played.asked.lock().expect("nobody panicked").clone()
    }

    /// How many requests there were so far.
    pub fn count(&self) -> usize {
        *self.played.count.borrow()
    }

    /// Waits until there were that many.
    pub async fn until_asked(&self, times: usize) {
        let mut count = self.played.count.subscribe();
        let asked = count.wait_for(|count| *count >= times).await;
        asked.expect("it runs");
    }

    /// The only request so far.
    pub fn only(&self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.remove(0)
    }

    /// How many connections there were so far.
    pub fn connections(&self) -> usize {
        self.played.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        let running = self.running.get_mut().expect("nobody panicked");
        if let Some(running) = running.take() {
            running.abort();
        }
    }
}

async fn run(listener: TcpListener, played: Arc<Played>) {
    // They end together with this.
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        played.connections.fetch_add(1, Ordering::SeqCst);
        let played = Arc::clone(&played);
        connections.spawn(async move {
            // Whoever goes away in the middle is no failure of the test.
            let _ = match &played.tls {
                None => attend(stream, &played).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => attend(stream, &played).await,
                    Err(error) => Err(error),
                },
            };
        });
    }
}

async fn attend(stream: impl AsyncRead + AsyncWrite + Unpin, played: &Played) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(asked) = message::read(&mut stream).await? {
        let reply = (played.script)(&asked);
        played.asked.lock().expect("nobody panicked").push(asked);
        played.count.send_modify(|count| *count += 1);
        if reply.play(&mut stream).await?.is_break() {
            return stream.shutdown().await;
        }
    }
    Ok(())
}
