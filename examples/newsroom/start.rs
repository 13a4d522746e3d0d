//! What the process takes from its surroundings, and gives back when it stops.

use std::io;
use std::path::{Path, PathBuf};
use std::{env, fmt};

use tempfile::TempDir;

use crate::process::interrupted;

pub(crate) fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some()
}

/// Where the database is.
pub(crate) enum DatabaseFile {
    Given(PathBuf),
    /// Gone with the folder when this is dropped.
    Temporary {
        _folder: TempDir,
        path: PathBuf,
    },
}

impl DatabaseFile {
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Given(path) | Self::Temporary { path, .. } => path,
        }
    }
}

impl fmt::Display for DatabaseFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().display().fmt(f)?;
        match self {
            Self::Given(_) => Ok(()),
            Self::Temporary { .. } => {
                f.write_str(" (temporary; name a file in NEWSROOM_DB to keep what is written)")
            }
        }
    }
}

/// What stands after the name of the program.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) database: Option<PathBuf>,
    pub(crate) store: Option<String>,
    pub(crate) cache: Option<String>,
}

impl Arguments {
    /// `[--store STORE] [--cache SECONDS] [DATABASE]`, in any order.
    pub(crate) fn read() -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut given = env::args().skip(1);
        while let Some(argument) = given.next() {
            match argument.as_str() {
                "--store" => arguments.store = Some(value(&argument, given.next())?),
                "--cache" => arguments.cache = Some(value(&argument, given.next())?),
                _ if argument.starts_with('-') || arguments.database.is_some() => {
                    return Err(format!(
                        "`{argument}` is not known; expected `[--store STORE] [--cache SECONDS] [DATABASE]`"
                    ));
                }
                _ => arguments.database = Some(argument.into()),
            }
        }
        Ok(arguments)
    }
}

fn value(argument: &str, value: Option<String>) -> Result<String, String> {
    value.ok_or_else(|| format!("`{argument}` needs a value"))
}

/// The given file, else the one in `NEWSROOM_DB`, else a fresh one.
pub(crate) fn database_file(given: Option<PathBuf>) -> io::Result<DatabaseFile> {
    let given = given.or_else(|| env::var_os("NEWSROOM_DB").map(PathBuf::from));
    if let Some(path) = given {
        return Ok(DatabaseFile::Given(path));
    }
    let folder = tempfile::Builder::new().prefix("newsroom-").tempdir()?;
    Ok(DatabaseFile::Temporary {
        path: folder.path().join("newsroom.sqlite"),
        _folder: folder,
    })
}

/// Ends when somebody asks the process to stop.
pub(crate) async fn shutdown() {
    tokio::select! {
        () = interrupted() => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::error!(%error, "SIGTERM is not heard");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}
