use std::fmt;

/// What a client sent, and nobody has looked into: it may say anything. Nothing here uses it; a callback that
/// does checks it first.
///
/// ```
/// # use portcullis::Untrusted;
/// # use serde_json::{Value, json};
/// # let sent = Untrusted::new(json!({"theme": "dark", "roles": ["admin"]}));
/// let theme = sent.expose_untrusted().get("theme").and_then(Value::as_str);
/// let theme = theme.filter(|theme| ["dark", "light"].contains(theme));
/// ```
#[derive(Clone)]
pub struct Untrusted<T>(T);

impl<T> Untrusted<T> {
    /// Marks what a client sent.
    pub const fn new(sent: T) -> Self {
        Self(sent)
    }

    /// What the client sent.
    pub const fn expose_untrusted(&self) -> &T {
        &self.0
    }

    /// What the client sent.
    pub fn into_untrusted(self) -> T {
        self.0
    }
}

/// Shows nothing: it may be a password.
impl<T> fmt::Debug for Untrusted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Untrusted(..)")
    }
}
