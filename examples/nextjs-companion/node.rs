//! The Node.js program beside the API.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Stdio;

use portcullis::Profile;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::port;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/nextjs-companion/node");

/// A running one. It ends when its input is closed, and so with this process, however that ends.
pub(crate) struct Node {
    process: Child,
    output: Lines<BufReader<ChildStdout>>,
    address: String,
    name: &'static str,
}

/// Installs the packages from the committed lock, if that has not been done.
pub(crate) async fn install() -> Result<(), Box<dyn Error>> {
    // The last file that npm writes.
    if Path::new(FOLDER)
        .join("node_modules/.package-lock.json")
        .exists()
    {
        return Ok(());
    }
    println!("the packages of Auth.js are missing: `npm ci` installs them in {FOLDER}");
    let npm = Command::new("npm").arg("ci").current_dir(FOLDER).status();
    let status = npm.await.map_err(|error| not_started("npm", &error))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`npm ci` failed in {FOLDER}: {status}").into()),
    }
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
    /// Starts it on `NODE_PORT` of this machine, with the API's secret.
    pub(crate) async fn start(
        profile: Profile,
        secret: &str,
        api: &str,
    ) -> Result<Self, Box<dyn Error>> {
        let (name, arguments) = match profile {
            Profile::NextAuthV4 => ("NextAuth.js 4", &["main.mjs", "--v4"][..]),
            _ => ("Auth.js 5", &["main.mjs"][..]),
        };
        let mut process = Command::new("node")
            .args(arguments)
            .current_dir(FOLDER)
            .env("API_URL", api)
            .env("AUTH_SECRET", secret)
            .env("NODE_PORT", port("NODE_PORT", 3000)?.to_string())
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
            name,
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

    /// Which Auth.js it has.
    pub(crate) fn name(&self) -> &'static str {
        self.name
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
