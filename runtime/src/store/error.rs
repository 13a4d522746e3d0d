use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why a store did not answer. A clone tells it to another who waits for the same answer.
#[derive(Debug, Clone)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum StoreErrorKind {
    #[error("the session store is unavailable")]
    Unavailable,
    #[error("the session store did not answer in time")]
    Deadline,
    #[error("the session store holds a session that cannot be read")]
    Corrupt,
    #[error("the session store cannot do that")]
    Unsupported,
}

impl StoreError {
    /// The store could not be reached or refused to work.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: StoreErrorKind::Unavailable,
            source: Some(source.into().into()),
        }
    }

    /// The store answered with something that is no session.
    pub fn corrupt(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind: StoreErrorKind::Corrupt,
            source: Some(source.into().into()),
        }
    }

    /// A store of this kind never can do what it was asked.
    pub fn unsupported() -> Self {
        Self {
            kind: StoreErrorKind::Unsupported,
            source: None,
        }
    }

    pub(crate) fn deadline() -> Self {
        Self {
            kind: StoreErrorKind::Deadline,
            source: None,
        }
    }

    /// Whether the stored session itself is at fault, not the store's being reached.
    pub fn is_corrupt(&self) -> bool {
        self.kind == StoreErrorKind::Corrupt
    }

    /// Whether a store of this kind never can do what it was asked.
    pub fn is_unsupported(&self) -> bool {
        self.kind == StoreErrorKind::Unsupported
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
