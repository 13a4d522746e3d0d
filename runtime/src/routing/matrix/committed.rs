//! The comparison with the committed file.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::{AccessMatrix, difference, markdown};

const ACCEPT: &str = "PORTCULLIS_ACCEPT";

/// Fails if an access matrix is not as it was committed, and says in words what has changed.
///
/// The first argument is a [`Router`](crate::Router) or a `&`[`AccessMatrix`]; the second is a file,
/// relative to the folder of the package (`CARGO_MANIFEST_DIR`). With the environment variable
/// `PORTCULLIS_ACCEPT=1` the file is written instead, as [`AccessMatrix::to_markdown`] has it, so
/// do not set it where the tests are to find mistakes.
///
/// ```no_run
/// # fn router() -> portcullis::Router { portcullis::Router::new() }
/// #[test]
/// fn nobody_may_more_than_was_reviewed() {
///     portcullis::assert_access_matrix!(router(), "access.md");
/// }
/// ```
///
/// # Panics
/// If an entry is new, gone or not as it was, with a line for each:
///
/// ```text
/// the access matrix is not as `app/access.md` has it:
///   DELETE /posts/{id}: was role admin, is any signed-in user
///   GET /status: new, public: monitoring has no account
/// run the test with PORTCULLIS_ACCEPT=1 to accept this, and commit the file
/// ```
///
/// And if the file is missing, or is no access matrix.
#[macro_export]
macro_rules! assert_access_matrix {
    ($router_or_matrix:expr, $file:expr $(,)?) => {
        $crate::__private::assert_access_matrix(
            ($router_or_matrix).access_matrix(),
            ::core::env!("CARGO_MANIFEST_DIR"),
            $file,
        )
    };
}

/// What [`assert_access_matrix!`](crate::assert_access_matrix!) calls.
///
/// # Panics
/// If the file does not have the matrix, or cannot be read or written.
#[doc(hidden)]
#[track_caller]
#[expect(clippy::panic, reason = "it is an assertion")]
pub fn assert_access_matrix(matrix: &AccessMatrix, folder: &str, file: impl AsRef<Path>) {
    let path = Path::new(folder).join(file);
    let checked = if std::env::var_os(ACCEPT).is_some_and(|value| value == "1") {
        fs::write(&path, matrix.to_markdown())
            .map_err(|error| format!("`{}` cannot be written: {error}", path.display()))
    } else {
        compare(matrix, &path)
    };
    if let Err(mistake) = checked {
        panic!("{mistake}");
    }
}

fn compare(matrix: &AccessMatrix, path: &Path) -> Result<(), String> {
    let shown = path.display();
    let committed = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => format!(
            "there is no access matrix at `{shown}`\n\
             run the test with {ACCEPT}=1 to write it, and commit the file"
        ),
        _ => format!("`{shown}` cannot be read: {error}"),
    })?;
    let committed = markdown::read(&committed).map_err(|markdown::Unreadable { line, text }| {
        format!(
            "line {line} of `{shown}` belongs to no access matrix: {text}\n\
             run the test with {ACCEPT}=1 to write the file anew, and see what changes"
        )
    })?;
    let differences = difference::in_words(&committed, &matrix.rows());
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the access matrix is not as `{shown}` has it:\n  {}\n\
         run the test with {ACCEPT}=1 to accept this, and commit the file",
        differences.join("\n  ")
    ))
}
