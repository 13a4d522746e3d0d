//! Real servers: each on a free port, with its data in a temporary folder, and stopped when it is
//! dropped, or when the process that started it is gone.

mod process;

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tempfile::TempDir;

use self::process::{Process, free_port, is_root, wait_until};

/// How long a server may take to come up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A PostgreSQL server.
#[derive(Debug)]
pub struct Postgres {
    process: Process,
    programs: PathBuf,
    port: u16,
    databases: AtomicUsize,
    folder: TempDir,
}

impl Postgres {
    /// Starts one.
    pub fn start() -> Self {
        let programs = postgres_programs();
        let folder = temporary_folder("portcullis-postgres-");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let data = folder.path().join("data");
        run(as_postgres(programs.join("initdb"))
            .args([
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--username=postgres",
            ])
            .arg("--pgdata")
            .arg(&data));
        let port = free_port();
        let process = Process::start(Self::command(&programs, &folder, port), "INT");
        let postgres = Self {
            process,
            programs,
            port,
            databases: AtomicUsize::new(0),
            folder,
        };
        postgres.wait();
        postgres
    }

    /// The one that several tests of this process use at the same time.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        shared(&SHARED, Self::start)
    }

    fn command(programs: &std::path::Path, folder: &TempDir, port: u16) -> Command {
        let mut command = as_postgres(programs.join("postgres"));
        command
            .arg("-D")
            .arg(folder.path().join("data"))
            .args(["-p", &port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "max_connections=200",
        ] {
            command.args(["-c", setting]);
        }
        command
    }

    fn wait(&self) {
        let ready = || {
            let mut asked = Command::new(self.programs.join("pg_isready"));
            asked.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            asked.status().is_ok_and(|status| status.success())
        };
        wait_until(PATIENCE, "PostgreSQL does not answer", ready);
    }

    /// The address of a new, empty database.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::SeqCst));
        run(Command::new(self.programs.join("createdb"))
            .args(["-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string(), &name]));
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Lets the server and all that work for it stand still.
    pub fn pause(&self) {
        self.process.signal_all("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.process.signal_all("CONT");
    }

    /// Kills the server without a warning.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, with the data it had.
    pub fn restart(&mut self) {
        let _ = std::fs::remove_file(self.folder.path().join("data/postmaster.pid"));
        let command = Self::command(&self.programs, &self.folder, self.port);
        self.process = Process::start(command, "INT");
        self.wait();
    }
}

/// A Redis server.
#[derive(Debug)]
pub struct Redis {
    process: Process,
    port: u16,
    folder: TempDir,
}

impl Redis {
    /// Starts one.
    pub fn start() -> Self {
        let folder = temporary_folder("portcullis-redis-");
        let port = free_port();
        let process = Process::start(Self::command(&folder, port), "TERM");
        let redis = Self {
            process,
            port,
            folder,
        };
        redis.wait();
        redis
    }

    /// The one that several tests of this process use at the same time.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Redis>> = Mutex::new(Weak::new());
        shared(&SHARED, Self::start)
    }

    fn command(folder: &TempDir, port: u16) -> Command {
        let mut command = Command::new("redis-server");
        command
            .args([
                "--port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
            ])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .arg("--dir")
            .arg(folder.path());
        command
    }

    fn wait(&self) {
        let ready = || {
            let mut asked = Command::new("redis-cli");
            asked.args(["-p", &self.port.to_string(), "ping"]);
            asked
                .output()
                .is_ok_and(|answer| answer.stdout.starts_with(b"PONG"))
        };
        wait_until(PATIENCE, "Redis does not answer", ready);
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Lets the server stand still.
    pub fn pause(&self) {
        self.process.signal_all("STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.process.signal_all("CONT");
    }

    /// Kills the server without a warning.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again, with the data it had.
    pub fn restart(&mut self) {
        self.process = Process::start(Self::command(&self.folder, self.port), "TERM");
        self.wait();
    }
}

fn shared<T>(shared: &Mutex<Weak<T>>, start: impl FnOnce() -> T) -> Arc<T> {
    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let started = Arc::new(start());
        *shared = Arc::downgrade(&started);
        started
    })
}

fn temporary_folder(prefix: &str) -> TempDir {
    let folder = tempfile::Builder::new().prefix(prefix).tempdir();
    folder.expect("a temporary folder")
}

/// Where Debian puts the programs of the newest PostgreSQL.
fn postgres_programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut programs: Vec<_> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("postgres").exists())
        .collect();
    programs.sort();
    programs
        .pop()
        .expect("PostgreSQL is not installed: `./scripts/test` installs what the tests need")
}

/// A command as a user that PostgreSQL agrees to run as: not as root.
fn as_postgres(program: PathBuf) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--init-groups"])
        .arg(program)
        .current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}
