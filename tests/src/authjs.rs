//! The real Auth.js, with its official adapters, in a Node.js process.

use serde_json::{Value, json};

use crate::node::Node;

/// An Auth.js on a database. It ends when it is dropped.
#[derive(Debug)]
pub struct Peer(Node);

impl Peer {
    /// Starts one with an adapter of `authjs/layouts.mjs` on the database of that address.
    pub fn start(layout: &str, url: &str) -> Self {
        Self(Node::start("authjs", &["peer.mjs", layout, url]))
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
    pub fn ask(&mut self, command: &str, given: Value) -> Value {
        self.0.ask(command, given)
    }
}
