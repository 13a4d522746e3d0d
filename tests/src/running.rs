//! The examples as people run them: processes with sockets.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// A running example, stopped when it is dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    printed: Arc<Mutex<String>>,
    lines: Receiver<String>,
}

/// Builds an example, if it is not fresh, and says where the program is.
pub fn program(example: &'static str) -> PathBuf {
    static PROGRAMS: OnceLock<Mutex<HashMap<&str, PathBuf>>> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(Mutex::default);
    let mut programs = programs.lock().expect("nobody panicked");
    programs
        .entry(example)
        .or_insert_with(|| build(example))
        .clone()
}

fn build(example: &str) -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "build",
            "--workspace",
            "--example",
            example,
            "--message-format=json",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{example} does not build");
    String::from_utf8(output.stdout)
        .expect("cargo prints text")
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == example)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the program")
}

/// Waits until nobody listens there any more.
pub async fn is_gone(address: &str) {
    let address = address.trim_start_matches("http://");
    let gone = async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = timeout(Duration::from_secs(20), gone).await;
    assert!(waited.is_ok(), "{address} is still there");
}

/// What an example that needs Node.js says where there is none, and gives up.
pub fn without_node(example: &'static str) -> String {
    let output = Command::new(program(example))
        .env("PATH", "")
        .env("PORT", "0")
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    String::from_utf8(output.stderr).expect("text")
}

impl Running {
    /// Starts an example with these arguments and environment variables, and none of our own that would
    /// change it.
    pub fn start(example: &'static str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program(example));
        for variable in [
            "PORT",
            "NODE_PORT",
            "AUTH_SECRET",
            "NEXTAUTH_SECRET",
            "AUTH_URL",
            "NEXTAUTH_URL",
            "NEWSROOM_DB",
            "NEWSROOM_STORE",
            "NEWSROOM_CACHE",
        ] {
            command.env_remove(variable);
        }
        let mut child = command
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let printed = Arc::new(Mutex::new(String::new()));
        let errors = child.stderr.take().expect("a pipe");
        collect(errors, &printed, |_| {});
        let output = child.stdout.take().expect("a pipe");
        let (send, lines) = channel();
        collect(output, &printed, move |line| {
            let _ = send.send(line.to_owned());
        });
        Self {
            child,
            printed,
            lines,
        }
    }

    /// Waits until it prints a line that starts with `beginning`, and gives the rest of that line.
    pub fn told(&self, beginning: &str) -> String {
        while let Ok(line) = self.lines.recv_timeout(Duration::from_secs(60)) {
            if let Some(rest) = line.strip_prefix(beginning) {
                return rest.trim().to_owned();
            }
        }
        panic!("it did not say `{beginning}`:\n{}", self.printed())
    }

    /// Everything it printed so far, to both streams.
    pub fn printed(&self) -> String {
        self.printed.lock().expect("nobody panicked").clone()
    }

    /// Ends it as Ctrl-C does, and gives how it ended.
    #[cfg(unix)]
    pub fn interrupt(&mut self) -> std::process::ExitStatus {
        let told = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        assert!(told.is_ok_and(|status| status.success()), "it runs");
        self.child.wait().expect("it ends")
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
            {
                let mut printed = printed.lock().expect("nobody panicked");
                printed.push_str(&line);
                printed.push('\n');
            }
            see(&line);
        }
    });
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}
