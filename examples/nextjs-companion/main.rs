//! One sign-in for Rust and Next.js: an API in axum, and beside it a Node.js program with the real Auth.js.
//!
//! `cargo run --example nextjs-companion` starts both and ends both; with `-- --v4` the program beside has
//! NextAuth.js 4. The variables `PORT` (of the API), `NODE_PORT` and `AUTH_SECRET` change how, and port 0 is a
//! free one.

mod accounts;
mod api;
mod app;
mod callbacks;
#[path = "../node.rs"]
mod node;
mod pages;
mod view;

use std::error::Error;
use std::io::{self, ErrorKind, IsTerminal};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::{env, future};

use portcullis::{Auth, Profile, Roles};
use tokio::net::TcpListener;

use crate::accounts::Accounts;
use crate::callbacks::Shown;
use crate::node::Node;
use crate::view::Sides;

/// The Node.js program.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/nextjs-companion/node");

/// What the `jwt` callback of Auth.js puts into the token as `roles`.
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
            eprintln!("nextjs-companion: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let profile = profile()?;
    let accounts = Accounts::read()?;
    let secret = secret()?;
    node::install(FOLDER).await?;

    let listener = listener().await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    let (beside, arguments) = match profile {
        Profile::NextAuthV4 => ("NextAuth.js 4", &["--v4"][..]),
        _ => ("Auth.js 5", &[][..]),
    };
    let node_port = port("NODE_PORT", 3000)?.to_string();
    let environment = [
        ("API_URL", address.as_str()),
        ("AUTH_SECRET", &secret),
        ("NODE_PORT", &node_port),
    ];
    let mut node = Node::start(FOLDER, arguments, &environment).await?;
    let auth = Auth::builder()
        .profile(profile)
        .secret(secret)
        .callbacks(Shown)
        .origin(address.as_str())
        .build()?;

    println!("axum listening on {address}");
    println!("{beside} listening on {}", node.address());
    accounts.print();

    let sides = Sides::new(address, node.address());
    let router = app::router(auth, accounts, sides);
    let serving = axum::serve(listener, router).with_graceful_shutdown(interrupted());
    tokio::select! {
        served = serving.into_future() => served?,
        ended = node.ended() => return Err(ended.into()),
    }
    Ok(node.stop().await?)
}

fn profile() -> Result<Profile, String> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(Profile::AuthJsV5),
        ["--v4"] => Ok(Profile::NextAuthV4),
        _ => Err("expected nothing, or `--v4`".to_owned()),
    }
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
    let port = port("PORT", 8000)?;
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            println!("port {port} is in use: taking a free one");
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?)
        }
        bound => Ok(bound?),
    }
}

/// A port from the environment.
fn port(variable: &str, default: u16) -> Result<u16, String> {
    match env::var(variable) {
        Ok(text) => text
            .parse()
            .map_err(|_| format!("{variable} is `{text}`, which is no port number")),
        Err(_) => Ok(default),
    }
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "Ctrl-C is not heard");
        future::pending::<()>().await;
    }
}
