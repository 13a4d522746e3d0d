//! The real packages that browsers and Next.js applications use, in a Node.js process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::Value;

use crate::nextauth::Version;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/nextauth");

/// A server of `nextauth/`, on a port of its own. It ends when this is dropped.
#[derive(Debug)]
pub struct RealServer {
    process: Child,
    /// `None` only while it is being dropped.
    input: Option<ChildStdin>,
    port: u16,
}

impl RealServer {
    /// Starts `nextauth/server.mjs` with these settings: the endpoints of the real package.
    pub fn start(settings: &Value) -> Self {
        Self::run("server.mjs", settings)
    }

    /// Starts a script of `nextauth/` with these settings, which tells its port and ends with its input.
    pub fn run(script: &str, settings: &Value) -> Self {
        assert!(
            Path::new(FOLDER).join("node_modules/next-auth-v5").exists(),
            "`npm ci` has not run in tests/nextauth: `./scripts/test` installs what the tests need"
        );
        let mut process = Command::new("node")
            .args([script, &settings.to_string()])
            .current_dir(FOLDER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        Self {
            input: process.stdin.take(),
            port: line.trim().parse().expect("a port"),
            process,
        }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

/// Makes the pages of `nextauth/pages.mjs` for a version, in that folder.
pub fn bundle(version: Version, folder: &Path) {
    let made = Command::new("node")
        .args(["bundles.mjs", version.name()])
        .arg(folder)
        .current_dir(FOLDER)
        .status();
    assert!(made.is_ok_and(|status| status.success()), "no bundle");
}
