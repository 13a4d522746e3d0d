//! A small newspaper: everybody reads, editors write, admins see who may do what.
//!
//! `cargo run --example newsroom` serves it from a database that is made at the first start.
//! The variables `PORT`, `NEWSROOM_DB`, `AUTH_SECRET` and `AUTH_URL` change how.

mod api;
mod app;
mod db;
#[cfg(all(test, feature = "testing"))]
mod denials;
mod draft;
mod error;
mod pages;
mod password;
mod roles;
mod seed;
mod start;
mod view;

use std::error::Error;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use portcullis::{Auth, SqliteStore};

use crate::db::Db;
use crate::password::Passwords;
use crate::roles::Role;

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
            eprintln!("newsroom: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let file = start::database_file()?;
    let db = Db::open(file.path()).await?;
    let passwords = Passwords::new().await?;
    seed::fill_if_empty(&db, &passwords).await?;

    let listener = start::listener().await?;
    let address = format!("http://localhost:{}", listener.local_addr()?.port());
    let store = SqliteStore::with_pool(db.pool().clone());
    store.migrate().await?;
    let auth = auth(store, &address)?;

    println!("newsroom listening on {address}");
    println!("database: {file}");
    seed::print_accounts();

    let router = app::router(auth, db.clone(), passwords);
    axum::serve(listener, router)
        .with_graceful_shutdown(start::shutdown())
        .await?;
    db.pool().close().await;
    Ok(())
}

/// Sessions are rows in the application's own database: who signs out is out everywhere.
fn auth(store: SqliteStore, address: &str) -> Result<Auth, Box<dyn Error>> {
    let mut auth = Auth::builder().store(store);
    if !start::is_set("AUTH_URL") {
        auth = auth.origin(address);
    }
    if !start::is_set("AUTH_SECRET") {
        println!(
            "AUTH_SECRET is not set: a random secret serves until the newsroom stops. \
             Sessions live in the database and outlast it."
        );
        auth = auth.secret(start::random_secret()?);
    }
    Ok(auth.build()?)
}
