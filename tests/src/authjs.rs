//! The real Auth.js, with its official adapters, in a Node.js process.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/authjs");

/// An Auth.js on a database. It ends when it is dropped.
#[derive(Debug)]
pub struct Peer {
    process: Child,
    /// `None` only while it is being dropped.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts one with an adapter of `authjs/layouts.mjs` on the database of that address.
    pub fn start(layout: &str, url: &str) -> Self {
        assert!(
            Path::new(FOLDER).join("node_modules/@auth/core").exists(),
            "`npm ci` has not run in tests/authjs: `./scripts/test` installs what the tests need"
        );
        let mut process = Command::new("node")
            .args(["peer.mjs", layout, url])
            .current_dir(FOLDER)
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

    /// Makes a user by the adapter, and gives the id.
    pub fn create_user(&mut self, name: &str) -> String {
        let email = format!("{name}@example.com");
        let user = json!({"id": name, "name": name, "email": email, "image": null});
        let user = self.ask("createUser", json!({"user": user}));
        match &user["id"] {
            Value::String(id) => id.clone(),
            id => id.to_string(),
        }
    }

    /// Begins a session by the adapter, which ends at that moment (milliseconds).
    pub fn create_session(&mut self, token: &str, user_id: &str, expires: u64) {
        let session = json!({"sessionToken": token, "userId": user_id, "expires": expires});
        self.ask("createSession", session);
    }

    /// What a browser is told that asks who it is: `null`, or `user` and `expires` (milliseconds).
    pub fn session(&mut self, token: &str) -> Value {
        self.ask("session", json!({"sessionToken": token}))
    }

    /// Signs out as a browser does, and gives the cookies that are set.
    pub fn sign_out(&mut self, token: &str) -> Value {
        self.ask("signOut", json!({"sessionToken": token}))
    }

    /// Gives a command to `authjs/peer.mjs`, and waits for the answer.
    pub fn ask(&mut self, command: &str, mut given: Value) -> Value {
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

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.process.wait();
    }
}
