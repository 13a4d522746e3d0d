//! A Rust service in front of the real Auth.js, which has the accounts, the sessions and the sign-in page.
//!
//! `cargo run --example proxy` starts both and ends both. The variables `PORT` and `AUTH_SECRET` change how, and
//! port 0 is a free one.

mod api;
mod app;
#[path = "../node.rs"]
mod node;
mod pages;
#[path = "../process.rs"]
mod process;

use std::error::Error;
use std::process::ExitCode;

use portcullis::{Auth, Profile, ProxyOptions, Roles, configure_auth_proxy_runtime};

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
    process::run("proxy", serve()).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let secret = node::secret()?;
    node::install(FOLDER).await?;
    let mut node = Node::start(FOLDER, &[], &[("AUTH_SECRET", &secret)]).await?;

    let listener = process::listener(3000).await?;
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

    let serving =
        axum::serve(listener, app::router()).with_graceful_shutdown(process::interrupted());
    tokio::select! {
        served = serving.into_future() => served?,
        ended = node.ended() => return Err(ended.into()),
    }
    Ok(node.stop().await?)
}
