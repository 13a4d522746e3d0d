//! A small newspaper: everybody reads, editors write, admins see who may do what.
//!
//! `cargo run --example newsroom` serves it from a database that is made at the first start.
//! The variables `PORT`, `NEWSROOM_DB`, `AUTH_SECRET` and `AUTH_URL` change how. Several can run side by side
//! with one `AUTH_SECRET` and one place for sessions: `--store sqlite:PATH`, `--store postgres://..`,
//! `--store redis://..` or `--store memory`, and with `--cache SECONDS` in front of it.

mod api;
mod app;
mod db;
#[cfg(all(test, feature = "testing"))]
mod denials;
mod draft;
mod error;
mod pages;
#[path = "../process.rs"]
mod process;
mod roles;
mod seed;
mod sessions;
mod start;
mod view;

use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use portcullis::{Auth, Pages};

use crate::db::Db;
use crate::pages::sign_in;
use crate::roles::Role;
use crate::sessions::Sessions;

/// How often sessions that have expired are removed.
const PRUNED_EVERY: Duration = Duration::from_secs(10 * 60);

portcullis::vocabulary! { roles: Role }

#[tokio::main]
async fn main() -> ExitCode {
    process::run("newsroom", serve()).await
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let arguments = start::Arguments::read()?;
    let file = start::database_file(arguments.database)?;
    let db = Db::open(file.path()).await?;
    seed::fill_if_empty(&db).await?;

    let listener = process::listener(3000).await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    let sessions = Sessions::choose(arguments.store, arguments.cache)?;
    let auth = auth(&sessions, &db, &address).await?;
    let pruning = auth.prune_every(PRUNED_EVERY)?;

    println!("newsroom listening on {address}");
    println!("database: {file}");
    println!("sessions: {sessions}");
    seed::print_accounts();

    let router = app::router(auth, db.clone());
    let service = router.into_axum();
    // Whoever guesses passwords is slowed by their address.
    let service = service.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(start::shutdown())
        .await?;
    pruning.stop().await;
    db.pool().close().await;
    Ok(())
}

/// Sessions are kept in a store: who signs out is out everywhere.
async fn auth(sessions: &Sessions, db: &Db, address: &str) -> Result<Auth, Box<dyn Error>> {
    let auth = sessions.keep(Auth::builder(), db).await?;
    let mut auth = auth
        .credentials(sign_in::credentials(db.clone()))
        .pages(Pages::new().sign_in("/sign-in"));
    if !start::is_set("AUTH_URL") {
        auth = auth.origin(address);
    }
    if !start::is_set("AUTH_SECRET") {
        println!(
            "AUTH_SECRET is not set: a random secret serves until the newsroom stops. \
             Name one to run several newsrooms side by side."
        );
        auth = auth.secret(process::random_secret()?);
    }
    Ok(auth.build()?)
}
