//! The newsroom as people run it: a process with a socket.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

/// A running newsroom, stopped when it is dropped.
#[derive(Debug)]
pub struct Newsroom {
    /// Where it listens, such as `http://localhost:40123`.
    pub address: String,
    child: Child,
    printed: Arc<Mutex<String>>,
    folder: PathBuf,
}

/// Builds the newsroom, if it is not fresh, and says where the program is.
pub fn program() -> PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(build).clone()
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--workspace",
            "--example",
            "newsroom",
            "--message-format=json",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "the newsroom does not build");
    String::from_utf8(output.stdout)
        .expect("cargo prints text")
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "newsroom")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the program")
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
        let mut command = Command::new(program());
        for variable in [
            "PORT",
            "AUTH_SECRET",
            "NEXTAUTH_SECRET",
            "AUTH_URL",
            "NEXTAUTH_URL",
            "NEWSROOM_STORE",
            "NEWSROOM_CACHE",
        ] {
            command.env_remove(variable);
        }
        let mut child = command
            .env("NEWSROOM_DB", folder.join("newsroom.db"))
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the newsroom starts");
        let printed = Arc::new(Mutex::new(String::new()));
        let errors = child.stderr.take().expect("a pipe");
        collect(errors, &printed, |_| {});
        let output = child.stdout.take().expect("a pipe");
        let (send, receive) = std::sync::mpsc::channel();
        collect(output, &printed, move |line| {
            if let Some(address) = line.strip_prefix("newsroom listening on ") {
                let _ = send.send(address.trim().to_owned());
            }
        });
        let address = receive.recv_timeout(std::time::Duration::from_secs(60));
        let address = address.unwrap_or_else(|_| {
            let _ = child.kill();
            panic!(
                "the newsroom did not say where it listens:\n{}",
                printed.lock().expect("text")
            )
        });
        Self {
            address,
            child,
            printed,
            folder,
        }
    }

    /// Everything it printed so far, to both streams.
    pub fn printed(&self) -> String {
        self.printed.lock().expect("nobody panicked").clone()
    }
}

fn collect(
    stream: impl std::io::Read + Send + 'static,
    printed: &Arc<Mutex<String>>,
    mut see: impl FnMut(&str) + Send + 'static,
) {
    let printed = Arc::clone(printed);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            see(&line);
            let mut printed = printed.lock().expect("nobody panicked");
            printed.push_str(&line);
            printed.push('\n');
        }
    });
}

impl Drop for Newsroom {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
