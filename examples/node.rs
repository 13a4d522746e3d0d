//! A Node.js program beside an example, which needs it to end when the example does.

use std::env;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::process::random_secret;

/// A running one. It ends when its input is closed, and so with this process, however that ends.
pub(crate) struct Node {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
    address: String,
}

/// Installs the packages from the committed lock, if that has not been done.
pub(crate) async fn install(folder: &str) -> Result<(), Box<dyn Error>> {
    // The last file that npm writes.
    if Path::new(folder)
        .join("node_modules/.package-lock.json")
        .exists()
    {
        return Ok(());
    }
    println!("the packages of Auth.js are missing: `npm ci` installs them in {folder}");
    let npm = Command::new("npm").arg("ci").current_dir(folder).status();
    let status = npm.await.map_err(|error| not_started("npm", &error))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`npm ci` failed in {folder}: {status}").into()),
    }
}

/// The secret that both sides have.
pub(crate) fn secret() -> Result<String, getrandom::Error> {
    if let Ok(secret) = env::var("AUTH_SECRET") {
        return Ok(secret);
    }
    println!("AUTH_SECRET is not set: a random secret serves both sides until they stop.");
    random_secret()
}

fn not_started(program: &str, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => {
            format!("`{program}` was not found: this example needs Node.js 20 or later, with npm")
        }
        _ => format!("`{program}` did not start: {error}"),
    }
}

impl Node {
    /// Starts `main.mjs` of that folder, and waits until it says where it listens.
    pub(crate) async fn start(
        folder: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new("node")
            .arg("main.mjs")
            .args(arguments)
            .current_dir(folder)
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| not_started("node", &error))?;
        let output = process.stdout.take().ok_or("the program has no output")?;
        let mut node = Self {
            process,
            output: BufReader::new(output).lines(),
            address: String::new(),
        };
        while let Some(line) = node.output.next_line().await? {
            match line.strip_prefix("node listening on ") {
                Some(address) => {
                    node.address = address.to_owned();
                    return Ok(node);
                }
                None => println!("{line}"),
            }
        }
        Err("the Node.js program ended before it listened".into())
    }

    /// Where it listens, such as `http://localhost:3000`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Prints what it prints, and says so when it has ended by itself.
    pub(crate) async fn ended(&mut self) -> &'static str {
        while let Ok(Some(line)) = self.output.next_line().await {
            println!("{line}");
        }
        "the Node.js program has ended"
    }

    /// Ends it, and waits until it is gone.
    pub(crate) async fn stop(mut self) -> io::Result<()> {
        drop(self.process.stdin.take());
        self.process.wait().await?;
        Ok(())
    }
}
