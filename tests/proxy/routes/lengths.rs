//! How long an answer is, as a visitor reads it from a socket (RFC 9112 section 6.3).

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Reply, Site};

/// What a visitor reads, after an upstream's own words, of the answer to that method and of the next one.
async fn read(method: &str, said: &'static str) -> (String, String) {
    let site = Site::new(move |_| Reply::Raw(said.into()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let app = site.app.router.clone();
    tokio::spawn(async { axum::serve(listener, app).await });
    let mut visitor = TcpStream::connect(address).await.expect("a server");
    let both = format!(
        "{method} /api/auth/signin HTTP/1.1\r\nhost: localhost:3000\r\n\r\n\
         GET /plain HTTP/1.1\r\nhost: localhost:3000\r\nconnection: close\r\n\r\n"
    );
    visitor.write_all(both.as_bytes()).await.expect("a server");
    let mut got = String::new();
    let reading = visitor.read_to_string(&mut got);
    let read = tokio::time::timeout(Duration::from_secs(30), reading).await;
    read.expect("in time").expect("text");
    let (first, next) = got[1..].split_once("HTTP/1.1 ").expect("two answers");
    (first.to_lowercase(), next.to_owned())
}

/// The lengths that a message names, and what follows its headers.
fn framed(message: &str) -> (Vec<&str>, &str) {
    let (head, body) = message.split_once("\r\n\r\n").expect("headers");
    let is_framing =
        |line: &&str| line.starts_with("content-length") || line.starts_with("transfer-encoding");
    (head.lines().filter(is_framing).collect(), body)
}

#[tokio::test]
async fn an_answer_is_as_long_as_its_body() {
    for (said, framing, body) in [
        (
            "content-length: 5\r\n\r\nhello",
            "content-length: 5",
            "hello",
        ),
        ("content-length: 0\r\n\r\n", "content-length: 0", ""),
        (
            "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "transfer-encoding: chunked",
            "5\r\nhello\r\n0\r\n\r\n",
        ),
        // The length that is not the body's counts for nothing.
        (
            "content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            "transfer-encoding: chunked",
            "5\r\nhello\r\n0\r\n\r\n",
        ),
        (
            "content-length: 5\r\ncontent-length: 5\r\n\r\nhello",
            "content-length: 5",
            "hello",
        ),
        (
            "\r\nhello",
            "transfer-encoding: chunked",
            "5\r\nhello\r\n0\r\n\r\n",
        ),
    ] {
        let said = format!("HTTP/1.1 200 OK\r\n{said}").leak();
        let (answer, next) = read("GET", said).await;
        assert_eq!(framed(&answer), (vec![framing], body), "{said}");
        assert!(next.starts_with("200 OK"), "{said}");
    }
}

#[tokio::test]
async fn what_has_no_body_names_the_length_that_it_would_have_at_most() {
    for (method, said, framing) in [
        (
            "HEAD",
            "200 OK\r\ncontent-length: 5",
            vec!["content-length: 5"],
        ),
        (
            "HEAD",
            "200 OK\r\ncontent-length: 0",
            vec!["content-length: 0"],
        ),
        ("HEAD", "200 OK\r\ntransfer-encoding: chunked", vec![]),
        ("HEAD", "200 OK\r\nx: y", vec![]),
        ("HEAD", "302 Found\r\nlocation: /", vec![]),
        ("GET", "204 No Content\r\ncontent-length: 5", vec![]),
        ("GET", "204 No Content\r\nx: y", vec![]),
        ("GET", "304 Not Modified\r\ncontent-length: 5", vec![]),
        ("GET", "304 Not Modified\r\nx: y", vec![]),
    ] {
        let said = format!("HTTP/1.1 {said}\r\n\r\n").leak();
        let (answer, next) = read(method, said).await;
        assert_eq!(framed(&answer), (framing, ""), "{method} {said}");
        assert!(next.starts_with("200 OK"), "{method} {said}");
    }
}
