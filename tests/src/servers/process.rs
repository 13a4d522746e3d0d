use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Waits for the end of its input, which ends with the process that holds the other side.
const KEEPER: &str = r#"signal=$1; shift
"$@" </dev/null >/dev/null 2>&1 &
server=$!
echo $server
read -r _
kill -CONT $server 2>/dev/null
kill -$signal $server 2>/dev/null
wait $server"#;

/// A server process.
#[derive(Debug)]
pub(super) struct Process {
    /// Who stops the server when nobody holds its input any more.
    keeper: Child,
    server: String,
}

impl Process {
    /// Starts a server that is stopped by that signal.
    pub(super) fn start(command: Command, signal: &str) -> Self {
        let mut keeper = Command::new("bash");
        keeper
            .args(["-c", KEEPER, "keeper", signal])
            .arg(command.get_program())
            .args(command.get_args())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut keeper = keeper.spawn().expect("bash");
        let output = keeper.stdout.take().expect("piped");
        let mut server = String::new();
        BufReader::new(output)
            .read_line(&mut server)
            .expect("a process number");
        Self {
            keeper,
            server: server.trim().to_owned(),
        }
    }

    /// Sends a signal to the server and to the processes that work for it.
    pub(super) fn signal_all(&self, signal: &str) {
        let children = Command::new("pgrep").args(["-P", &self.server]).output();
        let children = children.expect("pgrep, of the package procps").stdout;
        let mut kill = Command::new("kill");
        kill.args([format!("-{signal}").as_str(), self.server.as_str()])
            .args(String::from_utf8_lossy(&children).split_whitespace())
            // A process that is gone is as good as one that got the signal.
            .stderr(Stdio::null());
        let _ = kill.status();
    }

    /// Ends the server at once.
    pub(super) fn kill(&mut self) {
        self.signal_all("KILL");
        self.reap();
    }

    fn reap(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal_all("CONT");
        self.reap();
    }
}

pub(super) fn is_root() -> bool {
    let user = Command::new("id").arg("-u").output();
    user.is_ok_and(|user| user.stdout.starts_with(b"0\n"))
}

/// A port that nobody listens on at the moment.
pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

pub(super) fn wait_until(patience: Duration, otherwise: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < patience, "{otherwise}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
