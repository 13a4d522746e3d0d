//! The assertion that an access matrix is as it was committed.

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use portcullis::routing::get;
use portcullis::{Auth, Router};

use super::{admin, careful, closed, everything, open, webhook};

/// A file that is gone when this is dropped.
struct Committed(PathBuf);

impl Committed {
    fn nowhere(name: &str) -> Self {
        let name = format!("portcullis-{}-{name}.md", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn of(name: &str, text: &str) -> Self {
        let committed = Self::nowhere(name);
        std::fs::write(&committed.0, text).expect("a temporary file");
        committed
    }

    /// What the assertion says of a router; nothing if it holds.
    fn complaint(&self, router: &Router<Auth>) -> Option<String> {
        let matrix = router.access_matrix().clone();
        let path = self.0.clone();
        let panic =
            catch_unwind(move || portcullis::assert_access_matrix!(&matrix, &path)).err()?;
        let complaint = panic.downcast::<String>().expect("a message");
        Some(complaint.replace(&self.0.display().to_string(), "access.md"))
    }
}

impl Drop for Committed {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn what_was_committed_passes_however_it_is_formatted() {
    let markdown = everything().access_matrix().to_markdown();
    for (name, text) in [
        ("as-written", markdown.clone()),
        ("crlf", markdown.replace('\n', "\r\n")),
        ("padded", markdown.replace(" | ", "     |  ")),
    ] {
        let committed = Committed::of(name, &text);
        assert_eq!(committed.complaint(&everything()), None, "{name}");
    }
    let committed = Committed::of("router", &markdown);
    portcullis::assert_access_matrix!(everything(), &committed.0);
}

#[test]
fn a_weakened_rule_is_told_in_words() {
    let markdown = everything().access_matrix().to_markdown();
    for (is, was, told) in [
        (
            "| /posts/{id} | any signed-in user |",
            "| /posts/{id} | role admin |",
            "* /posts/{id}: was role admin, is any signed-in user",
        ),
        (
            "| POST | /posts | role admin | |",
            "| POST | /posts | role admin | fresh 15m |",
            "POST /posts: was role admin (fresh 15m), is role admin",
        ),
        (
            "| role admin | fresh 1h |",
            "| role admin | fresh 15m |",
            "* /posts/deep/reports/*: was role admin (fresh 15m), is role admin (fresh 1h)",
        ),
        (
            "| from any site |",
            "| |",
            "POST /webhook: was public: payments | <b>refunds</b>, is public: payments | <b>refunds</b> (from any site)",
        ),
    ] {
        assert!(markdown.contains(is), "{is} in {markdown}");
        let committed = Committed::of("weakened", &markdown.replace(is, was));
        let complaint = committed.complaint(&everything());
        let told = format!("has it:\n  {told}\nrun");
        assert!(
            complaint.as_ref().is_some_and(|said| said.contains(&told)),
            "{told}\n{complaint:?}"
        );
    }
}

#[test]
fn every_change_is_told_in_words() {
    let before: Router<Auth> = Router::new()
        .route("/posts/{id}", get(closed).delete(admin))
        .route("/careful", get(careful))
        .route("/webhook", get(webhook))
        .route("/renamed", get(closed))
        .route("/same", get(open))
        .merge_undeclared(axum::Router::new(), "health")
        .fallback(open);
    let after: Router<Auth> = Router::new()
        .route("/same", get(open))
        .route("/posts/{id}", get(closed).delete(closed))
        .route("/careful", get(admin))
        .route("/renamed", get(elsewhere::closed))
        .route("/new", get(open))
        .merge_undeclared(axum::Router::new(), "health")
        .merge_undeclared(axum::Router::new(), "metrics")
        .fallback(closed);
    let committed = Committed::of("words", &before.access_matrix().to_markdown());
    let expected = "\
the access matrix is not as `access.md` has it:
  DELETE /posts/{id}: was role admin, is any signed-in user; handler was http::matrix::admin, is http::matrix::closed
  GET /careful: was role admin (fresh 15m, acr phr, via bearer, audit), is role admin; \
   handler was http::matrix::careful, is http::matrix::admin
  GET /renamed: handler was http::matrix::closed, is http::matrix::committed::elsewhere::closed; \
   file was tests/http/matrix/mod.rs, is tests/http/matrix/committed.rs
  GET /new: new, public: a test
  * *: new, undeclared: metrics
  * *: was public: a test, is any signed-in user; handler was http::matrix::open, is http::matrix::closed
  GET /webhook: gone, was public: payments | <b>refunds</b> (from any site)
run the test with PORTCULLIS_ACCEPT=1 to accept this, and commit the file";
    assert_eq!(committed.complaint(&after).as_deref(), Some(expected));
}

mod elsewhere {
    #[portcullis::protected]
    pub(crate) async fn closed() {}
}

#[test]
fn a_missing_file_says_how_to_make_it() {
    let expected = "\
there is no access matrix at `access.md`
run the test with PORTCULLIS_ACCEPT=1 to write it, and commit the file";
    let complaint = Committed::nowhere("missing").complaint(&everything());
    assert_eq!(complaint.as_deref(), Some(expected));
}

#[test]
fn what_is_no_matrix_is_not_compared() {
    let conflict = format!(
        "{}<<<<<<< ours\n",
        everything().access_matrix().to_markdown()
    );
    let complaint = Committed::of("conflict", &conflict).complaint(&everything());
    let expected = "\
line 22 of `access.md` belongs to no access matrix: <<<<<<< ours
run the test with PORTCULLIS_ACCEPT=1 to write the file anew, and see what changes";
    assert_eq!(complaint.as_deref(), Some(expected));
}

/// What the tests below run in a process of its own, with the variables that steer it. Without them
/// there is nothing to compare.
#[test]
fn as_another_process() {
    if let Some(file) = std::env::var_os("MATRIX_FILE") {
        portcullis::assert_access_matrix!(everything(), &file);
    }
}

fn run(file: &Path, accept: Option<&str>) -> Output {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["matrix::committed::as_another_process", "--exact"])
        .env("MATRIX_FILE", file)
        .env_remove("PORTCULLIS_ACCEPT");
    if let Some(value) = accept {
        command.env("PORTCULLIS_ACCEPT", value);
    }
    command.output().expect("it runs")
}

#[test]
fn accepting_writes_the_file_and_passes() {
    let committed = Committed::nowhere("accepted");
    for accept in [None, Some(""), Some("0")] {
        assert!(!run(&committed.0, accept).status.success(), "{accept:?}");
        assert!(!committed.0.exists(), "{accept:?}");
    }
    let accepted = run(&committed.0, Some("1"));
    assert!(accepted.status.success(), "{accepted:?}");
    let written = std::fs::read_to_string(&committed.0).expect("a file");
    assert_eq!(written, everything().access_matrix().to_markdown());
    assert!(run(&committed.0, None).status.success());
}
