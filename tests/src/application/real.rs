//! The real packages that browsers and Next.js applications use, in a Node.js process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::Value;

use crate::nextauth::Version;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/nextauth");

/// The endpoints of the real package, on a port of their own. They end when this is dropped.
#[derive(Debug)]
pub struct RealServer {
    process: Child,
    /// `None` only while it is being dropped.
    input: Option<ChildStdin>,
    port: u16,
}

impl RealServer {
    /// Starts `nextauth/server.mjs` with these settings.
    pub fn start(settings: &Value) -> Self {
        assert!(
            Path::new(FOLDER).join("node_modules/next-auth-v5").exists(),
            "`npm ci` has not run in tests/nextauth: `./scripts/test` installs what the tests need"
        );
        let mut process = Command::new("node")
            .args(["server.mjs", &settings.to_string()])
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
