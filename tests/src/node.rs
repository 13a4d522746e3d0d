//! A Node.js process that takes commands from its input.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running script. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Node {
    process: Child,
    /// `None` only while it is being dropped.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Node {
    /// Starts a script in a folder of this package whose dependencies `npm ci` has installed.
    pub(crate) fn start(folder: &str, script: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        assert!(
            folder.join("node_modules/@auth/core").exists(),
            "`npm ci` has not run in {}: `./scripts/test` installs what the tests need",
            folder.display()
        );
        let mut process = Command::new("node")
            .args(script)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node.js");
        Self {
            input: process.stdin.take(),
            output: BufReader::new(process.stdout.take().expect("piped")),
            process,
        }
    }

    /// Gives a command, and waits for the answer.
    pub(crate) fn ask(&mut self, command: &str, mut given: Value) -> Value {
        given["command"] = command.into();
        let input = self.input.as_mut().expect("it runs");
        writeln!(input, "{given}").expect("it listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        let mut said: Value = serde_json::from_str(&line).expect("JSON");
        assert!(said["error"].is_null(), "{command}: {}", said["error"]);
        said["answer"].take()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
