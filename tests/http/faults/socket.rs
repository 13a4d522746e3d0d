//! What reaches a guard through a real server, and what does not.

use std::net::SocketAddr;

use portcullis::User;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::cookies::nested;
use crate::app::App;

/// Sends a request with one more header, on a connection of its own, and gives the whole answer.
async fn ask(address: SocketAddr, header: &str) -> String {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (mut reader, mut writer) = stream.into_split();
    let request =
        format!("GET /me HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{header}\r\n\r\n");
    // A server that has had enough answers, and reads no further.
    let writing = tokio::spawn(async move {
        let _ = writer.write_all(request.as_bytes()).await;
        // One that sees the end of what it reads does not answer.
        writer
    });
    let mut answer = Vec::new();
    let read = reader.read_to_end(&mut answer).await;
    drop(writing.await.expect("no panic"));
    assert!(read.is_ok() || !answer.is_empty(), "{read:?}");
    String::from_utf8(answer).expect("text")
}

#[tokio::test]
async fn row_21_no_flood_stops_a_server() {
    for app in App::each().await {
        let genuine = app.sign_in(User::new(7)).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(axum::serve(listener, app.router.clone()).into_future());
        let (long, dots, deep) = ("a".repeat(9 * 1024), ".".repeat(100_000), nested(200));
        let flood = "x=".to_owned() + &"a".repeat(1024 * 1024);
        for (header, statuses) in [
            (format!("authorization: Bearer {long}"), &["401"][..]),
            (format!("authorization: Bearer {dots}"), &["401", "431"]),
            (format!("authorization: Bearer {deep}"), &["401"]),
            (format!("cookie: session={long}"), &["401"]),
            (format!("cookie: session={dots}"), &["401", "431"]),
            (format!("cookie: session={deep}"), &["401"]),
            (format!("cookie: {genuine}; {flood}"), &["401", "431"]),
        ] {
            let runs = app.runs.count();
            let answer = ask(address, &header).await;
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(statuses.contains(&status), "{header:.60}: {answer:?}");
            assert_eq!(app.runs.count(), runs, "{header:.60}");
            let next = ask(address, &format!("cookie: {genuine}")).await;
            assert!(next.starts_with("HTTP/1.1 200 OK\r\n"), "{next:?}");
        }
        server.abort();
    }
}
