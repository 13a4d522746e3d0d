//! Bodies in both directions: how long, in which pieces, and how they end.

use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use http_body_util::{BodyExt, StreamBody};
use portcullis_tests::{Answer, get, post, read};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{Reply, Site};
use crate::app::App;

const LIMIT: usize = 64 * 1024;
const SOON: Duration = Duration::from_secs(1);
/// Whoever would wait for ever does not end within this.
const LONG: Duration = Duration::from_secs(30);
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/// An upstream whose answer is what the test says, when it says so.
fn piecewise(timeout: Duration) -> (Site, UnboundedSender<&'static str>) {
    let (pieces, said) = unbounded_channel();
    let said = Mutex::new(Some(said));
    let site = Site::with_options(
        move |_| {
            let said: Option<UnboundedReceiver<_>> = said.lock().expect("nobody panicked").take();
            Reply::Piecewise(said.expect("one request"))
        },
        |options| options.route_timeout(timeout),
    );
    (site, pieces)
}

/// A body of which nobody knows how long it is. It goes on until what it is told by is dropped.
pub(super) fn streamed(length: usize) -> (Body, UnboundedSender<Bytes>) {
    let (sender, receiver) = unbounded_channel::<Bytes>();
    for start in (0..length).step_by(10_000) {
        let piece = vec![b'a'; 10_000.min(length - start)];
        sender.send(piece.into()).expect("a receiver");
    }
    (Body::new(StreamBody::new(Pieces(receiver))), sender)
}

struct Pieces(UnboundedReceiver<Bytes>);

impl futures_core::Stream for Pieces {
    type Item = Result<http_body::Frame<Bytes>, io::Error>;

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        let piece = self.get_mut().0.poll_recv(cx);
        piece.map(|piece| piece.map(|piece| Ok(http_body::Frame::data(piece))))
    }
}

fn is_too_long(answer: &Answer) {
    assert_eq!(answer.status, 413);
    assert_eq!(answer.code(), "body_too_long");
}

#[tokio::test]
async fn a_body_goes_up_as_it_is_up_to_64_kib() {
    let site = Site::that_says(200);
    for length in [0, 1, LIMIT] {
        let answer = site
            .send_body(post("/api/auth/callback/a"), vec![b'a'; length])
            .await;
        assert_eq!(answer.status, 200, "{length}");
        let asked = site.upstream.asked().pop().expect("a request");
        assert_eq!(asked.body, vec![b'a'; length]);
        assert_eq!(asked.header("content-length"), length.to_string());
        let (body, _) = streamed(length);
        let answer = site.send_body(post("/api/auth/callback/a"), body).await;
        assert_eq!(answer.status, 200, "{length}");
        let asked = site.upstream.asked().pop().expect("a request");
        assert_eq!(asked.body, vec![b'a'; length], "in pieces");
    }
}

#[tokio::test]
async fn a_body_that_says_that_it_is_longer_is_not_begun() {
    let site = Site::that_says(200);
    let answer = site
        .send_body(post("/api/auth/callback/a"), vec![b'a'; LIMIT + 1])
        .await;
    is_too_long(&answer);
    assert_eq!(site.upstream.connections(), 0);
}

#[tokio::test]
async fn a_body_that_turns_out_to_be_longer_is_cut() {
    let site = Site::that_says(200);
    let (body, _) = streamed(LIMIT + 1);
    is_too_long(&site.send_body(post("/api/auth/callback/a"), body).await);
    // It never became a request.
    assert_eq!(site.upstream.count(), 0);
    assert_eq!(site.upstream.connections(), 1);
}

#[tokio::test]
async fn the_body_of_a_get_is_nobodys() {
    let site = Site::that_says(200);
    let answer = site
        .send_body(
            get("/api/auth/session"),
            Body::new(portcullis_tests::Untouchable),
        )
        .await;
    assert_eq!(answer.status, 200);
    assert!(site.upstream.only().body.is_empty());
}

#[tokio::test]
async fn what_a_visitor_sends_goes_up_before_it_is_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let options = portcullis::ProxyOptions::new(format!("http://{address}"));
    let app = App::new(options);
    let router = app.auth.router().with_state(app.auth.clone());
    let site = App { router, ..app };
    let (body, pieces) = streamed(3);
    let upstream = async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut got = String::new();
        while !got.contains("aaa") {
            let mut some = [0; 1024];
            let length = stream.read(&mut some).await.expect("some bytes");
            got.push_str(std::str::from_utf8(&some[..length]).expect("text"));
        }
        pieces.send("the rest".into()).expect("a visitor");
        drop(pieces);
        while !got.ends_with("\r\n0\r\n\r\n") {
            let mut some = [0; 1024];
            let length = stream.read(&mut some).await.expect("some bytes");
            got.push_str(std::str::from_utf8(&some[..length]).expect("text"));
        }
        assert!(got.contains("the rest"));
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).await.expect("a reader");
    };
    let request = post("/api/auth/callback/a").body(body).expect("a request");
    let answer = tower::ServiceExt::oneshot(site.router.clone(), request);
    let both = async { tokio::join!(answer, upstream) };
    let (answer, ()) = tokio::time::timeout(LONG, both).await.expect("in time");
    let answer = read(answer.expect("routers do not fail")).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn an_answer_comes_down_before_it_is_whole() {
    let (site, pieces) = piecewise(LONG);
    pieces.send(CHUNKED).expect("an upstream");
    let response = site.begin(get("/api/auth/signin"), "").await;
    assert_eq!(response.status(), 200);
    let mut body = response.into_body();
    for (sent, expected) in [("5\r\nfirst\r\n", "first"), ("6\r\nsecond\r\n", "second")] {
        pieces.send(sent).expect("an upstream");
        let frame = body.frame().await.expect("a piece").expect("no error");
        assert_eq!(frame.into_data().expect("data"), expected);
    }
    // Trailers are for the next hop alone.
    pieces
        .send("0\r\nset-cookie: authjs.state=a\r\n\r\n")
        .expect("an upstream");
    assert!(body.frame().await.is_none());
}

#[tokio::test]
async fn an_answer_that_breaks_off_does_not_end() {
    let length = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n";
    for (head, piece) in [(CHUNKED, "5\r\nfirst\r\n"), (length, "first")] {
        let (site, pieces) = piecewise(LONG);
        pieces.send(head).expect("an upstream");
        pieces.send(piece).expect("an upstream");
        let response = site.begin(get("/api/auth/signin"), "").await;
        let mut body = response.into_body();
        let frame = body.frame().await.expect("a piece").expect("no error");
        assert_eq!(frame.into_data().expect("data"), "first");
        drop(pieces);
        assert!(body.frame().await.expect("an end").is_err(), "{head}");
    }
}

#[tokio::test]
async fn an_upstream_that_says_nothing_is_given_up() {
    let site = Site::with_options(|_| Reply::Hang, |options| options.route_timeout(SOON));
    for request in [get("/api/auth/session"), post("/api/auth/signout")] {
        let before = Instant::now();
        let answer = tokio::time::timeout(LONG, site.send(request)).await;
        let answer = answer.expect("nobody waits for ever");
        assert!(before.elapsed() >= SOON);
        assert_eq!(answer.status, 503);
        assert_eq!(answer.code(), "store_unavailable");
        assert_eq!(answer.header("retry-after"), "5");
        assert!(answer.cookies().is_empty());
    }
    assert_eq!(site.upstream.count(), 2, "nothing is tried twice");
}

#[tokio::test]
async fn an_answer_that_stops_is_given_up() {
    let (site, pieces) = piecewise(SOON);
    pieces.send(CHUNKED).expect("an upstream");
    pieces.send("5\r\nfirst\r\n").expect("an upstream");
    let response = site.begin(get("/api/auth/signin"), "").await;
    let mut body = response.into_body();
    assert!(body.frame().await.expect("a piece").is_ok());
    let end = tokio::time::timeout(LONG, body.frame()).await;
    let end = end.expect("nobody waits for ever");
    assert!(end.expect("an end").is_err());
    drop(pieces);
}

/// Whole, the answer takes longer than each piece of it may.
#[tokio::test]
async fn a_slow_answer_is_waited_for_piece_by_piece() {
    let (site, pieces) = piecewise(Duration::from_secs(2));
    pieces.send(CHUNKED).expect("an upstream");
    let before = Instant::now();
    let slowly = async {
        for piece in ["1\r\na\r\n", "1\r\nb\r\n", "1\r\nc\r\n", "0\r\n\r\n"] {
            tokio::time::sleep(Duration::from_millis(600)).await;
            pieces.send(piece).expect("an upstream");
        }
    };
    let (answer, ()) = tokio::join!(site.send(get("/api/auth/signin")), slowly);
    assert_eq!(answer.body, "abc");
    assert!(before.elapsed() > Duration::from_secs(2));
}

#[tokio::test]
async fn an_upstream_that_is_down_is_503() {
    let site = Site::that_says(200);
    site.upstream.stop().await;
    for request in [get("/api/auth/session"), post("/api/auth/signout")] {
        let answer = site.send(request).await;
        assert_eq!(answer.status, 503);
        assert_eq!(answer.code(), "store_unavailable");
        assert!(answer.cookies().is_empty());
    }
    let page = get("/api/auth/signin").header("accept", "text/html");
    let answer = site.send(page).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
}
