use std::fmt;

/// What came of a [`Matrix`](super::Matrix): who got where they must not, and what nobody got to.
///
/// Its `Display` is a list of all of it.
#[derive(Debug, Clone, Default)]
#[must_use = "what was found is in here"]
pub struct Report {
    pub(super) entries: usize,
    pub(super) requests: usize,
    pub(super) leaks: Vec<Finding>,
    pub(super) unreached: Vec<Finding>,
    pub(super) unprobed: Vec<Finding>,
}

/// One thing that was found out about an entry of an access matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    entry: String,
    what: String,
}

impl Report {
    /// The requests that got where the declaration says they must not: a handler's body ran, or the
    /// answer was a success and no guard had been asked.
    pub fn leaks(&self) -> &[Finding] {
        &self.leaks
    }

    /// The handlers that nobody reached, not even whoever may, and the policies that were never
    /// asked: about those, the absence of leaks says nothing.
    pub fn unreached(&self) -> &[Finding] {
        &self.unreached
    }

    /// What cannot be probed: plain routers, whose handlers declare nothing, and layers where
    /// [`Callbacks::authorized`](crate::Callbacks::authorized) decides.
    pub fn unprobed(&self) -> &[Finding] {
        &self.unprobed
    }

    /// Asserts that there are no leaks, and that every handler was reached and every policy asked.
    ///
    /// # Panics
    /// With the whole report, if there is anything of that kind.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion")]
    pub fn assert(&self) {
        if !self.leaks.is_empty() || !self.unreached.is_empty() {
            panic!("{self}");
        }
    }
}

impl Finding {
    pub(super) fn new(entry: &str, what: impl Into<String>) -> Self {
        Self {
            entry: entry.to_owned(),
            what: what.into(),
        }
    }

    /// The methods and the path of the entry, such as `GET /posts/{id}`.
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// What was found, in words.
    pub fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry, self.what)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            entries, requests, ..
        } = self;
        writeln!(
            f,
            "{requests} requests to {entries} entries of the access matrix"
        )?;
        for (title, findings) in [
            ("leaked", &self.leaks),
            ("not reached", &self.unreached),
            ("not probed", &self.unprobed),
        ] {
            writeln!(f, "{title}: {}", findings.len())?;
            for finding in findings {
                writeln!(f, "  {finding}")?;
            }
        }
        Ok(())
    }
}
