//! The suites in `browser/`, where a real Chromium visits the examples.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser");

/// What the suites need and the machine does not have.
fn missing() -> Option<&'static str> {
    let node = Command::new("node").arg("--version").output();
    if !node.is_ok_and(|output| output.status.success()) {
        return Some("Node.js is not installed");
    }
    if !Path::new("/usr/bin/chromium").exists() {
        return Some("/usr/bin/chromium is not installed");
    }
    if !Path::new(FOLDER)
        .join("node_modules/playwright-core")
        .exists()
    {
        return Some("`npm ci` has not run in tests/browser");
    }
    None
}

/// Whether a suite can run; where browsers are required, that it cannot is a failure.
pub fn can_run(suite: &str) -> bool {
    let Some(reason) = missing() else {
        return true;
    };
    assert!(
        std::env::var_os("REQUIRE_BROWSER").is_none(),
        "{suite} cannot run: {reason}"
    );
    // Not by `println!`, which the test runner keeps to itself.
    let told = writeln!(
        std::io::stderr(),
        "{suite} DID NOT RUN: {reason} (`./scripts/test` installs it)"
    );
    told.expect("somebody listens");
    false
}

/// Runs a suite that finds these programs, or addresses, under the names of environment variables.
pub fn run(suite: &str, given: &[(&str, impl AsRef<OsStr>)]) {
    if !can_run(suite) {
        return;
    }
    let status = Command::new("node")
        .args(["--test", "--test-reporter=spec", suite])
        .current_dir(FOLDER)
        .envs(given.iter().map(|(name, value)| (name, value)))
        .status()
        .expect("node runs");
    assert!(status.success(), "{suite} failed");
}
