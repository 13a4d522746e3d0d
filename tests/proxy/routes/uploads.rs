//! Visitors who take their time, and upstreams that do not wait for them.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::response::Response;
use http_body_util::BodyExt;
use portcullis::ProxyOptions;
use portcullis_tests::{Log, post, read};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use super::bodies::streamed;
use super::{Reply, Site};
use crate::app::{App, pass};

const SOON: Duration = Duration::from_secs(1);
/// Whoever would wait for ever does not end within this.
const LONG: Duration = Duration::from_secs(30);

/// An application, and where it connects to.
async fn raw(route_timeout: Duration) -> (App, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let options = ProxyOptions::new(format!("http://{address}")).route_timeout(route_timeout);
    let app = App::new(options);
    let router = app.auth.router().with_state(app.auth.clone());
    (App { router, ..app }, listener)
}

async fn begin(app: &App, body: Body) -> Response {
    let request = post("/api/auth/callback/a").body(body).expect("a request");
    let answer = app.router.clone().oneshot(request);
    let answer = timeout(10 * LONG, answer).await.expect("in time");
    answer.expect("routers do not fail")
}

/// The connection of a request, as soon as the first of its body is there.
async fn begun(listener: TcpListener) -> TcpStream {
    let (mut stream, _) = listener.accept().await.expect("a connection");
    arrives(&mut stream, "aaa").await;
    stream
}

async fn arrives(stream: &mut TcpStream, piece: &str) {
    let mut got = Vec::new();
    let piece = format!("{piece}\r\n");
    let arriving = async {
        while !String::from_utf8_lossy(&got).contains(&piece) {
            let read = stream.read_buf(&mut got).await.expect("some bytes");
            assert_ne!(read, 0, "it ended before {piece:?}");
        }
    };
    timeout(LONG, arriving).await.expect("in time");
}

/// Waits until nobody holds the connection any more.
async fn is_let_go(mut stream: TcpStream) {
    let end = async {
        let mut some = [0; 1024];
        while let Ok(1..) = stream.read(&mut some).await {}
    };
    timeout(LONG, end).await.expect("an end");
}

#[tokio::test]
async fn a_visitor_who_stalls_is_no_broken_upstream() {
    let log = Log::default();
    let _listening = log.start();
    let (app, listener) = raw(SOON).await;
    let (body, pieces) = streamed(3);
    let before = Instant::now();
    let (answer, stream) = tokio::join!(begin(&app, body), begun(listener));
    let answer = read(answer).await;
    assert!(before.elapsed() >= SOON);
    assert_eq!(answer.status, 408);
    assert_eq!(answer.code(), "request_timeout");
    assert!(answer.cookies().is_empty());
    assert_eq!(answer.header("cache-control"), "no-store");
    is_let_go(stream).await;
    drop(pieces);
    let text = log.text();
    let mut said = text
        .lines()
        .filter(|line| line.contains("portcullis::upstream"));
    assert!(said.next().expect("a line").contains("DEBUG"), "{text}");
    assert_eq!(said.next(), None);
}

/// Whole, the upload takes longer than each pause of it may, and so does the answer after that.
#[tokio::test]
async fn a_slow_upload_is_waited_for_piece_by_piece() {
    let pause = Duration::from_millis(600);
    let (app, listener) = raw(Duration::from_secs(2)).await;
    let (body, pieces) = streamed(3);
    let before = Instant::now();
    let visitor = async {
        for _ in 0..4 {
            sleep(pause).await;
            pieces.send("more".into()).expect("a reader");
        }
        drop(pieces);
    };
    let upstream = async {
        let mut stream = begun(listener).await;
        arrives(&mut stream, "\r\n0\r\n").await;
        sleep(pause).await;
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        stream.write_all(answer).await.expect("a reader");
    };
    let (answer, (), ()) = tokio::join!(begin(&app, body), visitor, upstream);
    let answer = read(answer).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, "ok"));
    assert!(before.elapsed() >= 5 * pause);
}

#[tokio::test]
async fn an_upload_lasts_a_minute_at_most() {
    let (app, listener) = raw(2 * LONG).await;
    let (body, pieces) = streamed(3);
    let visitor = async {
        let mut stream = begun(listener).await;
        for piece in ["second", "third"] {
            pass(Duration::from_secs(25)).await;
            pieces.send(piece.into()).expect("a reader");
            arrives(&mut stream, piece).await;
        }
        pass(Duration::from_secs(25)).await;
        pieces.send("fourth".into()).expect("a reader");
        stream
    };
    let (answer, stream) = tokio::join!(begin(&app, body), visitor);
    let answer = read(answer).await;
    assert_eq!(answer.status, 408);
    assert_eq!(answer.code(), "request_timeout");
    is_let_go(stream).await;
}

#[tokio::test]
async fn an_upstream_that_stalls_after_an_upload_is_a_broken_one() {
    let site = Site::with_options(|_| Reply::Hang, |options| options.route_timeout(SOON));
    let (unknown, pieces) = streamed(3);
    drop(pieces);
    for body in [Body::from("aaa"), unknown] {
        let request = post("/api/auth/callback/a");
        let answer = timeout(LONG, site.send_body(request, body)).await;
        let answer = answer.expect("nobody waits for ever");
        assert_eq!(answer.status, 503);
        assert_eq!(answer.code(), "store_unavailable");
    }
    assert_eq!(site.upstream.count(), 2);
}

#[tokio::test]
async fn an_upload_lasts_no_longer_than_the_answer() {
    for is_read in [true, false] {
        // Nobody counts the time.
        let (app, listener) = raw(2 * LONG).await;
        let (body, pieces) = streamed(3);
        let upstream = async {
            let mut stream = begun(listener).await;
            let answer = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno";
            stream.write_all(answer).await.expect("a reader");
            stream
        };
        let (answer, stream) = tokio::join!(begin(&app, body), upstream);
        match is_read {
            true => {
                let answer = read(answer).await;
                assert_eq!((answer.status.as_u16(), &*answer.body), (401, "no"));
            }
            false => drop(answer),
        }
        is_let_go(stream).await;
        drop(pieces);
    }
}

#[tokio::test]
async fn an_upload_that_stalls_breaks_no_answer_that_has_begun() {
    let (app, listener) = raw(2 * SOON).await;
    let (body, pieces) = streamed(3);
    let upstream = async {
        let mut stream = begun(listener).await;
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";
        stream.write_all(head).await.expect("a reader");
        for _ in 0..10 {
            sleep(SOON / 3).await;
            stream.write_all(b"a").await.expect("a reader");
        }
        stream
    };
    let visitor = async {
        let answer = begin(&app, body).await;
        answer.into_body().collect().await.expect("a whole body")
    };
    let (body, stream) = tokio::join!(visitor, upstream);
    assert_eq!(body.to_bytes(), "a".repeat(10));
    is_let_go(stream).await;
    drop(pieces);
}
