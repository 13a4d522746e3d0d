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
#[path = "../process.rs"]
mod process;
mod view;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use portcullis::{Auth, Profile, Roles};

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
    process::run("nextjs-companion", serve()).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let profile = profile()?;
    let accounts = Accounts::read()?;
    let secret = node::secret()?;
    node::install(FOLDER).await?;

    let listener = process::listener(8000).await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    let (beside, arguments) = match profile {
        Profile::NextAuthV4 => ("NextAuth.js 4", &["--v4"][..]),
        _ => ("Auth.js 5", &[][..]),
    };
    let node_port = process::port("NODE_PORT", 3000)?.to_string();
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
    let serving = axum::serve(listener, router).with_graceful_shutdown(process::interrupted());
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
