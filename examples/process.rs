//! What the process of an example takes from its surroundings.

use std::error::Error;
use std::future::Future;
use std::io::{self, ErrorKind, IsTerminal};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::{env, future};

use tokio::net::TcpListener;

/// Runs an example to its end. Its log goes to the standard error, and so does why it failed.
pub(crate) async fn run(
    example: &str,
    serving: impl Future<Output = Result<(), Box<dyn Error>>>,
) -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    match serving.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{example}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Listens on `PORT` of this machine, or on a free port if that one is taken.
pub(crate) async fn listener(default: u16) -> Result<TcpListener, Box<dyn Error>> {
    let port = port("PORT", default)?;
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            println!("port {port} is in use: taking a free one");
            Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?)
        }
        bound => Ok(bound?),
    }
}

/// A port from the environment.
pub(crate) fn port(variable: &str, default: u16) -> Result<u16, String> {
    match env::var(variable) {
        Ok(text) => text
            .parse()
            .map_err(|_| format!("{variable} is `{text}`, which is no port number")),
        Err(_) => Ok(default),
    }
}

pub(crate) fn random_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.map(|byte| format!("{byte:02x}")).concat())
}

/// Ends when somebody presses Ctrl-C.
pub(crate) async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!(%error, "Ctrl-C is not heard");
        future::pending::<()>().await;
    }
}
