/// A name that no variant of an enum of roles or permissions has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind}")]
pub struct UnknownName {
    kind: &'static str,
}

impl UnknownName {
    #[doc(hidden)]
    pub const fn new(kind: &'static str) -> Self {
        Self { kind }
    }
}
