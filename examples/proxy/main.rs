//! A Rust service in front of the real Auth.js, which has the accounts, the sessions and the sign-in page.
//!
//! `cargo run --example proxy` starts both and ends both. The variables `PORT` and `AUTH_SECRET` change how, and
//! port 0 is a free one.

mod api;
mod app;
#[path = "../node.rs"]
mod node;
mod pages;

use std::error::Error;
use std::io::{self, ErrorKind, IsTerminal};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::{env, future};

use portcullis::{Auth, Profile, ProxyOptions, Roles, configure_auth_proxy_runtime};
use tokio::net::TcpListener;

use crate::node::Node;

/// The Node.js program.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/proxy/node");

/// What the session of Auth.js says as `user.roles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Roles)]
pub(crate) enum Role {
    #[role(implies(Reader))]
    Admin,
    Reader,
}

portcullis::vocabulary! { roles: Role }

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("proxy: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let secret = secret()?;
    node::install(FOLDER).await?;
    let mut node = Node::start(FOLDER, &[], &[("AUTH_SECRET", &secret)]).await?;

    let listener = listener().await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    configure_auth_proxy_runtime(
        Auth::proxy(ProxyOptions::new(node.address()))
            .profile(Profile::AuthJsV5)
            .origin(address.as_str())
            // `get_token` alone needs it. Guards ask Auth.js, which may keep its secret to itself.
            .secret(secret),
    )?;
    println!("Auth.js listening on {}", node.address());
    println!("proxy listening on {address}");

    let serving = axum::serve(listener, app::router()).with_graceful_shutdown(interrupted());
    tokio::select! {
        served = serving.into_future() => served?,
        ended = node.ended() => return Err(ended.into()),
    }
    Ok(node.stop().await?)
}

/// Both sides have the same one.
fn secret() -> Result<String, getrandom::Error> {
    if let Ok(secret) = env::var("AUTH_SECRET") {
        return Ok(secret);
    }
    println!("AUTH_SECRET is not set: a random secret serves both sides until they stop.");
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.map(|byte| format!("{byte:02x}")).concat())
}

/// Listens on `PORT` of this machine, or on a free port if that one is taken.
async fn listener() -> Result<TcpListener, Box<dyn Error>> {
    let port = match env::var("PORT") {
        Ok(text) => text
            .parse()
            .map_err(|_| format!("PORT is `{text}`, which is no port number"))?,
        Err(_) => 3000,
    };
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            println!("port {port} is in use: taking a free one");
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?)
        }
        bound => Ok(bound?),
    }
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "Ctrl-C is not heard");
        future::pending::<()>().await;
    }
}
