//! Where our answers are not the original's, and why.

use super::answer::Told;

/// A difference. Each of the requests has to show it: one that is gone is as wrong as a new one.
#[derive(Debug)]
pub struct Difference {
    /// How the names of the setups begin that show it.
    pub at: &'static [&'static str],
    /// The names of the requests that show it, or how they begin, with a `*`.
    pub requests: &'static [&'static str],
    /// The part of the answer.
    pub part: &'static str,
    pub change: Change,
    pub because: &'static str,
}

/// How ours comes from the original.
#[derive(Debug)]
pub enum Change {
    /// It is that, whatever the original has.
    To(&'static str),
    /// It has the second where the original has the first.
    Swap(&'static str, &'static str),
}

impl Change {
    fn apply(&self, text: &str) -> String {
        match self {
            Self::To(ours) => (*ours).to_owned(),
            Self::Swap(theirs, ours) => text.replace(theirs, ours),
        }
    }
}

impl Difference {
    fn is_shown_by(&self, setup: &str, request: &str) -> bool {
        let begins = |name: &&str| match name.strip_suffix('*') {
            Some(beginning) => request.starts_with(beginning),
            None => request == *name,
        };
        self.at.iter().any(|at| setup.starts_with(at)) && self.requests.iter().any(begins)
    }
}

/// What is wrong with our answer to a request.
pub fn complaints(setup: &str, request: &str, theirs: &Told, ours: &Told) -> Vec<String> {
    let mut complaints = Vec::new();
    for (part, theirs) in theirs {
        let mut expected = theirs.clone();
        let shown = ALL.iter().filter(|difference| difference.part == *part);
        for difference in shown.filter(|difference| difference.is_shown_by(setup, request)) {
            let changed = difference.change.apply(&expected);
            if changed == expected {
                complaints.push(format!("{request}: no longer different: {difference:?}"));
            }
            expected = changed;
        }
        if ours[part] != expected {
            complaints.push(format!(
                "{request}: {part}\n  theirs: {theirs:?}\n  ours:   {:?}",
                ours[part]
            ));
        }
    }
    complaints
}

/// The names of requests that no request has.
pub fn unknown(requests: &[&str]) -> Vec<&'static str> {
    let names = ALL.iter().flat_map(|difference| difference.requests);
    let is_known = |name: &&str| match name.strip_suffix('*') {
        Some(beginning) => requests
            .iter()
            .any(|request| request.starts_with(beginning)),
        None => requests.contains(name),
    };
    names.copied().filter(|name| !is_known(name)).collect()
}

const ALL: &[Difference] = &[];
