//! Runs the suites of this folder, where the unmodified `next-auth/react` of both versions talks to
//! a server from a real Chromium: to the real package's, which says what is right, and to ours.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use axum::response::{Html, IntoResponse};
use axum::routing::{MethodRouter, get};
use http::Uri;
use http::header::CONTENT_TYPE;
use portcullis::Router;
use portcullis_tests::application::{RealServer, application, bundle, missing};
use portcullis_tests::nextauth::Version;
use serde_json::json;
use tempfile::TempDir;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client");
const PLAYWRIGHT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/browser/node_modules/playwright-core"
);

/// Whether the suites can run. Where they must, that they cannot is a failure.
fn can_run() -> bool {
    let reason = missing()
        .or((!Path::new("/usr/bin/chromium").exists())
            .then_some("/usr/bin/chromium is not installed"))
        .or((!Path::new(PLAYWRIGHT).exists()).then_some("`npm ci` has not run in tests/browser"));
    let Some(reason) = reason else {
        return true;
    };
    assert!(
        std::env::var_os("REQUIRE_BROWSER").is_none(),
        "the client suite cannot run: {reason}"
    );
    // Not by `println!`, which the test runner keeps to itself.
    let told = writeln!(
        std::io::stderr(),
        "THE CLIENT SUITE DID NOT RUN: {reason} (`./scripts/test` installs it)"
    );
    told.expect("somebody listens");
    false
}

/// The application's page with that version of `next-auth/react`.
fn site(dialect: Version) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    bundle(dialect, folder.path());
    folder
}

/// One browser at a time.
static SCREEN: Mutex<()> = Mutex::new(());

/// Runs the suites against the server on that port.
fn visit(dialect: Version, server: &str, port: u16) {
    let _screen = SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .args(["client.test.mjs", "builtin.test.mjs"])
        .current_dir(FOLDER)
        .env("ORIGIN", format!("http://localhost:{port}"))
        .env("DIALECT", dialect.name());
    if let Some(folder) = std::env::var_os("SCREENSHOTS") {
        node.env("SCREENSHOTS", Path::new(&folder).join(server));
    }
    let status = node.status().expect("node runs");
    assert!(status.success(), "the client suite failed at {server}");
}

/// What the suites expect is what the real package does.
fn real_package(dialect: Version) {
    if !can_run() {
        return;
    }
    let site = site(dialect);
    let real = RealServer::start(&json!({"dialect": dialect.name(), "site": site.path()}));
    visit(dialect, "the real package", real.port());
}

/// The same pages, served by us.
async fn our_server(dialect: Version) {
    if !can_run() {
        return;
    }
    let site = site(dialect);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let auth = application(dialect, &format!("http://localhost:{port}"));
    let auth = auth.build().expect("a sound configuration");
    let app: Router = auth.router();
    let app = app.into_axum().fallback_service(pages(site.path()));
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, service).await });
    let visited = tokio::task::spawn_blocking(move || visit(dialect, "our server", port));
    visited.await.expect("a good visit");
}

/// The page at every address, and its script.
fn pages(site: &Path) -> MethodRouter {
    let read = |name| std::fs::read_to_string(site.join(name)).expect("it was made");
    let (page, script) = (read("index.html"), read("page.js"));
    get(async move |uri: Uri| match uri.path() {
        "/page.js" => ([(CONTENT_TYPE, "text/javascript")], script).into_response(),
        _ => Html(page).into_response(),
    })
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
