//! WebSockets behind a layer, and headers that promise more than they may, through a real server.

use std::net::SocketAddr;

use axum::extract::WebSocketUpgrade;
use axum::response::Response;
use portcullis::{Auth, User};
use portcullis_tests::{FakeClock, builder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::cookie;

async fn talk(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|mut socket| async move {
        let _ = socket.send(axum::extract::ws::Message::text("hello")).await;
    })
}

async fn start(auth: &Auth) -> SocketAddr {
    let app = axum::Router::new()
        .route("/talk", axum::routing::any(talk))
        .route("/page", axum::routing::get(async || "ran"))
        .layer(auth.require_session());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

async fn ask(address: SocketAddr, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

const UPGRADE: &str = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

#[tokio::test]
async fn a_socket_is_opened_only_for_who_may() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let address = start(&auth).await;
    let cookie = cookie(&auth, User::new("7")).await;
    let own = "origin: http://localhost:3000\r\n";
    let close = "x-last: 1\r\n";
    let anonymous = ask(
        address,
        "/talk",
        &format!("{UPGRADE}{own}connection: close\r\n"),
    )
    .await;
    assert!(anonymous.starts_with("HTTP/1.1 401 "), "{anonymous}");
    let elsewhere = format!("{UPGRADE}cookie: {cookie}\r\norigin: https://evil.example\r\n");
    let elsewhere = ask(
        address,
        "/talk",
        &format!("{elsewhere}connection: close\r\n"),
    )
    .await;
    assert!(elsewhere.starts_with("HTTP/1.1 403 "), "{elsewhere}");
    let opened = format!("{UPGRADE}{own}cookie: {cookie}\r\n{close}");
    let opened = ask(address, "/talk", &opened).await;
    assert!(opened.starts_with("HTTP/1.1 101 "), "{opened}");
    assert!(opened.contains("hello"), "{opened}");
}

/// CVE-2025-29927: a header of Next.js's own switched its middleware off.
#[tokio::test]
async fn cve_2025_29927_no_header_skips_a_layer() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let address = start(&auth).await;
    for header in [
        "x-middleware-subrequest: middleware:middleware:middleware:middleware:middleware",
        "x-middleware-subrequest: src/middleware:src/middleware:src/middleware",
        "x-middleware-next: 1",
        "x-middleware-rewrite: /sign-in",
        "x-original-url: /api/auth/session",
        "x-rewrite-url: /sign-in",
        "x-forwarded-uri: /sign-in",
        "x-forwarded-prefix: /api/auth",
        "x-matched-path: /sign-in",
        "x-invoke-path: /sign-in",
        "x-http-method-override: OPTIONS",
        "x-user: admin",
        "origin: http://localhost:3000",
        "purpose: prefetch",
        "next-router-prefetch: 1",
    ] {
        let answer = ask(
            address,
            "/page",
            &format!("{header}\r\nconnection: close\r\n"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{header}: {answer}");
    }
    for target in [
        "/page?x=/api/auth/",
        "/page#/api/auth",
        "/%70age",
        "http://localhost/page",
    ] {
        let answer = ask(address, target, "connection: close\r\n").await;
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["400", "401"].contains(&status), "{target}: {answer}");
    }
    for target in [
        "http://localhost/api/auth/../page",
        "/api/auth/../page",
        "/api/auth/..%2fpage",
    ] {
        let answer = ask(address, target, "connection: close\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{target}: {answer}");
    }
}
