//! The same, byte by byte, as it goes over a socket.

use std::net::SocketAddr;

use axum::ServiceExt;
use axum::extract::{ConnectInfo, Request};
use http::{Method, StatusCode};
use portcullis::routing::{any, get as route_get};
use portcullis::{Auth, Router, authorized, public};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{auth, cookie, missing, renamed, secret, touch};

/// An application that listens, as long as its test runs.
pub(super) struct Server(SocketAddr);

impl Server {
    pub(super) async fn start<F>(serve: impl FnOnce(TcpListener) -> F) -> Self
    where
        F: IntoFuture<Output = std::io::Result<()>>,
        F::IntoFuture: Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(serve(listener).into_future());
        Self(address)
    }

    /// Everything that is sent back, but for the date. A second request ends the connection, so that
    /// the first one says nothing of it.
    async fn ask(&self, method: &Method, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(self.0).await.expect("a connection");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n\
             TRACE /the/end HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("text");
        let lines = answer.split_inclusive("\r\n");
        lines.filter(|line| !line.starts_with("date: ")).collect()
    }

    /// Asks for a path that is hidden and for one that is not there, which is as long, by several
    /// methods. Gives the answer to `GET`.
    pub(super) async fn assert_hidden(&self, auth: &Auth, hidden: &str, absent: &str) -> String {
        for method in [Method::POST, Method::HEAD, Method::DELETE] {
            self.assert_same(auth, &method, [hidden, absent], "").await;
        }
        self.assert_same(auth, &Method::GET, [hidden, absent], "")
            .await
    }

    async fn assert_same(
        &self,
        auth: &Auth,
        method: &Method,
        paths: [&str; 2],
        headers: &str,
    ) -> String {
        let headers = format!("cookie: {}\r\n{headers}", cookie(auth).await);
        let hidden = self.ask(method, paths[0], &headers).await;
        let absent = self.ask(method, paths[1], &headers).await;
        assert_eq!(hidden, renamed(&absent));
        hidden
    }
}

#[tokio::test]
async fn nothing_that_is_sent_tells_what_is_hidden_from_what_is_not_there() {
    let auth = auth();
    let bare = || Router::new().route("/secret", any(secret));
    for app in [
        bare(),
        bare().layer(touch("all")),
        bare().fallback(missing),
        bare().route_layer(touch("routes")).fallback(missing),
    ] {
        let app: Router = app.with_state(auth.clone());
        let left = app.clone().into_axum();
        let server = Server::start(|listener| axum::serve(listener, app)).await;
        let hidden = server.assert_hidden(&auth, "/secret", "/absent").await;
        assert!(hidden.starts_with("HTTP/1.1 404"), "{hidden}");
        let server = Server::start(|listener| axum::serve(listener, left)).await;
        server.assert_hidden(&auth, "/secret", "/absent").await;
    }
}

#[tokio::test]
async fn an_upgrade_to_what_is_hidden_is_not_there() {
    #[authorized(role = "admin", deny = not_found)]
    async fn talk(upgrade: axum::extract::WebSocketUpgrade) -> axum::response::Response {
        upgrade.on_upgrade(async |_| {})
    }
    let auth = auth();
    let app = Router::new().route("/secret", route_get(talk));
    for app in [app.clone(), app.fallback(missing)] {
        let app: Router = app.with_state(auth.clone());
        let server = Server::start(|listener| axum::serve(listener, app)).await;
        let upgrade = "upgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\norigin: http://localhost:3000\r\n";
        let paths = ["/secret", "/absent"];
        let hidden = server
            .assert_same(&auth, &Method::GET, paths, upgrade)
            .await;
        assert!(hidden.starts_with("HTTP/1.1 404"), "{hidden}");
    }
}

#[public(reason = "there is nothing to protect")]
async fn who(ConnectInfo(address): ConnectInfo<SocketAddr>) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, address.ip().to_string())
}

#[tokio::test]
async fn the_fallback_knows_who_is_connected() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", any(secret))
        .fallback(who)
        .with_state(auth.clone());
    let left = app.clone().into_axum();
    let make = ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(app);
    let whole = Server::start(|listener| axum::serve(listener, make)).await;
    let make = left.into_make_service_with_connect_info::<SocketAddr>();
    let left = Server::start(|listener| axum::serve(listener, make)).await;
    for server in [whole, left] {
        let hidden = server.assert_hidden(&auth, "/secret", "/absent").await;
        assert!(hidden.contains("\r\n\r\n127.0.0.1"), "{hidden}");
    }
}
