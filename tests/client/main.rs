//! Runs the suites of this folder, where the unmodified `next-auth/react` of both versions talks to
//! a server from a real Chromium: to the real package's, which says what is right, to ours, and to either of
//! them behind us.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use axum::extract::{FromRef, State};
use axum::response::{Html, IntoResponse};
use axum::routing::{MethodRouter, get};
use http::Uri;
use http::header::CONTENT_TYPE;
use portcullis::{
    Auth, AuthBuilder, MemoryStore, ProxyOptions, Router, UpstreamStrategy, protected, routing,
};
use portcullis_tests::application::{RealServer, application, bundle};
use portcullis_tests::browser::can_run;
use portcullis_tests::nextauth::Version;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client");

/// The application's page with that version of `next-auth/react`.
fn site(version: Version) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    bundle(version, folder.path());
    folder
}

/// One browser at a time.
static SCREEN: Mutex<()> = Mutex::new(());

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    Real,
    Ours,
    RealBehindUs,
    OursBehindUs,
}

/// Runs the suites against the server on that port.
fn visit(version: Version, server: Server, port: u16) {
    let _screen = SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(["client.test.mjs", "builtin.test.mjs", "guarded.test.mjs"])
        .current_dir(FOLDER)
        .env("ORIGIN", format!("http://localhost:{port}"))
        .env("DIALECT", version.name());
    let told: &[_] = match server {
        Server::Real => &[],
        Server::RealBehindUs => &["GUARDED"],
        Server::Ours | Server::OursBehindUs => &["GUARDED", "OURS"],
    };
    node.envs(told.iter().map(|name| (name, "1")));
    let status = node.status().expect("node runs");
    assert!(status.success(), "the client suite failed: {server:?}");
}

/// What the suites expect is what the real package does.
fn real_package(version: Version) {
    if !can_run("client.test.mjs") {
        return;
    }
    let site = site(version);
    let real = RealServer::start(&json!({"dialect": version.name(), "site": site.path()}));
    visit(version, Server::Real, real.port());
}

/// The same pages, served by us.
async fn our_server(version: Version) {
    if !can_run("client.test.mjs") {
        return;
    }
    let (listener, port) = listen().await;
    let auth = application(version, &format!("http://localhost:{port}"));
    serve_visitors(version, Server::Ours, listener, auth).await;
}

/// The same pages, served by us, and the endpoints of the real package behind us.
async fn real_package_behind_us(version: Version) {
    if !can_run("client.test.mjs") {
        return;
    }
    let (listener, port) = listen().await;
    let origin = format!("http://localhost:{port}");
    let real = RealServer::start(&json!({"dialect": version.name(), "origin": origin}));
    let auth = in_front_of(real.port(), version, origin, UpstreamStrategy::Jwt);
    serve_visitors(version, Server::RealBehindUs, listener, auth).await;
}

/// The same with the endpoints of another application of ours, which stores its sessions.
async fn our_server_behind_us(version: Version) {
    if !can_run("client.test.mjs") {
        return;
    }
    let (listener, port) = listen().await;
    let origin = format!("http://localhost:{port}");
    let auth = application(version, &origin).store(MemoryStore::new());
    let auth = auth.build().expect("a sound configuration");
    let (upstream, port) = listen().await;
    let app: Router = auth.router();
    serve(upstream, app.into_axum());
    let auth = in_front_of(port, version, origin, UpstreamStrategy::Database);
    serve_visitors(version, Server::OursBehindUs, listener, auth).await;
}

fn in_front_of(
    port: u16,
    version: Version,
    origin: String,
    strategy: UpstreamStrategy,
) -> AuthBuilder {
    let upstream = ProxyOptions::new(format!("http://127.0.0.1:{port}"));
    Auth::proxy(upstream.strategy(strategy))
        .profile(version.profile())
        .origin(origin)
        .environment(|_| None)
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

async fn serve_visitors(
    version: Version,
    server: Server,
    listener: TcpListener,
    auth: AuthBuilder,
) {
    let site = site(version);
    let read = |name| std::fs::read_to_string(site.path().join(name)).expect("it was made");
    let (page, script) = (Html(read("index.html")), read("page.js"));
    let port = listener.local_addr().expect("an address").port();
    let auth = auth.build().expect("a sound configuration");
    let app = Router::new()
        .route("/guarded", routing::get(guarded))
        .merge(auth.router())
        .with_state(Site {
            auth,
            page: page.clone(),
        });
    serve(listener, app.into_axum().fallback(pages(page, script)));
    let visited = tokio::task::spawn_blocking(move || visit(version, server, port));
    visited.await.expect("a good visit");
}

fn serve(listener: TcpListener, app: axum::Router) {
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, service).await });
}

/// The page at every address, and its script.
fn pages(page: Html<String>, script: String) -> MethodRouter {
    get(async move |uri: Uri| match uri.path() {
        "/page.js" => ([(CONTENT_TYPE, "text/javascript")], script).into_response(),
        _ => page.into_response(),
    })
}

/// What is behind the page that is guarded.
#[derive(Clone, FromRef)]
struct Site {
    auth: Auth,
    page: Html<String>,
}

#[protected(redirect)]
async fn guarded(State(page): State<Html<String>>) -> Html<String> {
    page
}

#[test]
fn next_auth_v4_serves_its_own_client() {
    real_package(Version::V4);
}

#[test]
fn authjs_v5_serves_its_own_client() {
    real_package(Version::V5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_next_auth_v4_works_with_us() {
    our_server(Version::V4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_authjs_v5_works_with_us() {
    our_server(Version::V5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_next_auth_v4_works_with_its_own_server_behind_us() {
    real_package_behind_us(Version::V4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_authjs_v5_works_with_its_own_server_behind_us() {
    real_package_behind_us(Version::V5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_next_auth_v4_works_with_our_server_behind_us() {
    our_server_behind_us(Version::V4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_authjs_v5_works_with_our_server_behind_us() {
    our_server_behind_us(Version::V5).await;
}
