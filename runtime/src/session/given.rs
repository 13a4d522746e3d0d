//! What whoever keeps the sessions gives a visitor for the session cookie.

use std::sync::Arc;

use http::HeaderValue;

/// `Set-Cookie` values that wait for an answer to the visitor.
pub(crate) trait Gift: Send + Sync {
    /// Whether there are any.
    fn is_there(&self) -> bool;

    /// Takes them.
    fn take(&self) -> Vec<HeaderValue>;
}

/// A gift, or none. Whoever is first to answer the visitor takes it: that may be the answer to another request
/// than the one that was asked for.
#[derive(Clone, Default)]
pub(crate) struct Given(Option<Arc<dyn Gift>>);

impl Given {
    #[cfg(feature = "proxy")]
    pub(super) fn new(gift: impl Gift + 'static) -> Self {
        Self(Some(Arc::new(gift)))
    }

    pub(crate) fn is_there(&self) -> bool {
        self.0.as_ref().is_some_and(|gift| gift.is_there())
    }

    pub(crate) fn take(&self) -> Vec<HeaderValue> {
        let gift = self.0.as_ref();
        gift.map(|gift| gift.take()).unwrap_or_default()
    }
}
