use std::error::Error;
use std::fmt::{Debug, Write};

use crate::store::StoreError;

/// What came of a check.
pub(super) type Outcome = Result<(), Failure>;

/// What a check has seen that must not be.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) seen: String,
}

impl Failure {
    pub(super) fn saw(seen: impl Into<String>) -> Self {
        Self { seen: seen.into() }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let mut seen = format!("an error: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            // Nothing fails to be written to a string.
            let _ = write!(seen, ": {error}");
            source = error.source();
        }
        Self { seen }
    }
}

/// What was seen is what was expected.
#[expect(clippy::needless_pass_by_value, reason = "read like a sentence")]
pub(super) fn said<T: PartialEq + Debug>(what: &str, seen: T, expected: T) -> Outcome {
    match seen == expected {
        true => Ok(()),
        false => Err(Failure::saw(format!("{what}: {seen:?}, not {expected:?}"))),
    }
}
