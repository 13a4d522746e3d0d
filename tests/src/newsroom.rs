//! The newsroom as people run it.

use std::path::PathBuf;
use std::sync::Mutex;

use crate::running::{self, Running};

const EXAMPLE: &str = "newsroom";

/// A running newsroom, stopped when it is dropped.
#[derive(Debug)]
pub struct Newsroom {
    /// Where it listens, such as `http://localhost:40123`.
    pub address: String,
    running: Running,
    folder: PathBuf,
}

/// Builds the newsroom, if it is not fresh, and says where the program is.
pub fn program() -> PathBuf {
    running::program(EXAMPLE)
}

impl Newsroom {
    /// Starts a newsroom with a database of its own on a free port.
    pub fn start() -> Self {
        Self::start_with(&[("PORT", "0"), ("AUTH_SECRET", crate::SECRET)])
    }

    /// Starts a newsroom with these environment variables, and a database of its own.
    pub fn start_with(environment: &[(&str, &str)]) -> Self {
        static STARTED: Mutex<u32> = Mutex::new(0);
        let number = {
            let mut started = STARTED.lock().expect("nobody panicked");
            *started += 1;
            *started
        };
        let folder = std::env::temp_dir().join(format!("newsroom-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let database = folder.join("newsroom.db");
        let database = database.to_str().expect("text");
        let environment = [&[("NEWSROOM_DB", database)], environment].concat();
        let running = Running::start(EXAMPLE, &[], &environment);
        Self {
            address: running.told("newsroom listening on "),
            running,
            folder,
        }
    }

    /// Waits until it prints a line that starts with `beginning`.
    pub fn told(&self, beginning: &str) {
        self.running.told(beginning);
    }

    /// Everything it printed so far, to both streams.
    pub fn printed(&self) -> String {
        self.running.printed()
    }
}

impl Drop for Newsroom {
    fn drop(&mut self) {
        self.running.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
