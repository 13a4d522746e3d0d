//! Runs the suite in `browser/`, where a real Chromium visits the newsroom.

use std::io::Write;
use std::path::Path;
use std::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/browser");

/// What the suite needs and the machine does not have.
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

#[test]
fn people_in_a_browser() {
    if let Some(reason) = missing() {
        assert!(
            std::env::var_os("REQUIRE_BROWSER").is_none(),
            "the browser suite cannot run: {reason}"
        );
        // Not by `println!`, which the test runner keeps to itself.
        let told = writeln!(
            std::io::stderr(),
            "THE BROWSER SUITE DID NOT RUN: {reason} (`./scripts/test` installs it)"
        );
        told.expect("somebody listens");
        return;
    }
    let status = Command::new("node")
        .args(["--test", "--test-reporter=spec", "newsroom.test.mjs"])
        .current_dir(FOLDER)
        .env("NEWSROOM_BIN", portcullis_tests::newsroom::program())
        .env("AGE_SESSIONS_BIN", env!("CARGO_BIN_EXE_age_sessions"))
        .status()
        .expect("node runs");
    assert!(status.success(), "the browser suite failed");
}
