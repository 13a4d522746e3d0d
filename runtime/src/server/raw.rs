use std::fmt;

use zeroize::Zeroizing;

/// The credential of a session that stands. Whoever has it is the visitor.
#[derive(Clone)]
pub struct RawToken(Zeroizing<String>);

impl RawToken {
    pub(super) fn new(token: String) -> Self {
        Self(Zeroizing::new(token))
    }

    /// The text, for an `Authorization` header or a cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawToken(..)")
    }
}

/// The text that a request sent in the place of a credential. Nobody has looked into it: that it is there says
/// nothing about who sent it.
#[derive(Clone)]
pub struct UnverifiedRawToken(Zeroizing<String>);

impl UnverifiedRawToken {
    pub(super) fn new(token: String) -> Self {
        Self(Zeroizing::new(token))
    }

    /// The text, whatever it is.
    pub fn expose_unverified(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnverifiedRawToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnverifiedRawToken(..)")
    }
}
