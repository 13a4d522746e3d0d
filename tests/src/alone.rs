//! Tests that have a process of their own, for what the whole process shares.

use std::future::Future;
use std::process::Command;

use tokio::runtime::Builder;

/// Names the test that a process is for.
const ALONE: &str = "PORTCULLIS_TEST_ALONE";

/// Runs the test of that name in a process of its own, with these environment variables.
pub fn alone_with<F: Future<Output = ()>>(
    variables: &[(&str, &str)],
    name: &str,
    test: impl FnOnce() -> F,
) {
    if std::env::var(ALONE).is_ok_and(|alone| alone == name) {
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(4).enable_all().build();
        return runtime.expect("a runtime").block_on(test());
    }
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    for variable in ["AUTH_SECRET", "NEXTAUTH_SECRET", "AUTH_URL", "NEXTAUTH_URL"] {
        command.env_remove(variable);
    }
    let ended = command
        .args(["--exact", name, "--nocapture"])
        .envs(variables.iter().copied())
        .env(ALONE, name)
        .output()
        .expect("this program runs");
    let told = String::from_utf8_lossy(&ended.stdout);
    let errors = String::from_utf8_lossy(&ended.stderr);
    let is_well = ended.status.success() && told.contains("1 passed");
    assert!(is_well, "{told}{errors}");
}

/// Runs the test of that name in a process of its own.
pub fn alone<F: Future<Output = ()>>(name: &str, test: impl FnOnce() -> F) {
    alone_with(&[], name, test);
}
