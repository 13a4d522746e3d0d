//! Where our answers are not the original's, and why.

use super::answer::Told;
use super::known::ALL;

/// A difference. Every answer has to show it that a change applies to, and one at least in each setup: what
/// is gone is as wrong as what is new.
#[derive(Debug)]
pub struct Difference {
    /// How the names of the setups begin that show it.
    pub at: &'static [&'static str],
    /// The names of the requests that may show it, or how they begin, with a `*`.
    pub requests: &'static [&'static str],
    pub because: &'static str,
    /// The parts of the answer.
    pub changes: &'static [(&'static str, Change)],
}

/// How ours comes from the original.
#[derive(Debug)]
pub enum Change {
    /// It is that, whatever the original is.
    To(&'static str),
    /// It is the second where the original is the first.
    Is(&'static str, &'static str),
    /// It has the second where the original has the first.
    Has(&'static str, &'static str),
}

impl Change {
    fn apply(&self, text: &str) -> String {
        match *self {
            Self::To(ours) => ours.to_owned(),
            Self::Is(theirs, ours) if text == theirs => ours.to_owned(),
            Self::Is(..) => text.to_owned(),
            Self::Has(theirs, ours) => text.replace(theirs, ours),
        }
    }
}

impl Difference {
    fn is_at(&self, setup: &str) -> bool {
        self.at.iter().any(|at| setup.starts_with(at))
    }

    fn is_of(&self, request: &str) -> bool {
        self.requests.iter().any(|name| matches(name, request))
    }
}

fn matches(name: &str, request: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => request.starts_with(beginning),
        None => request == name,
    }
}

/// What is wrong with our answers.
pub fn complaints(setup: &str, answers: &[(&'static str, Told, Told)]) -> Vec<String> {
    let known = ALL
        .iter()
        .copied()
        .flatten()
        .filter(|difference| difference.is_at(setup));
    let changes = known.flat_map(|difference| {
        let changes = difference.changes.iter();
        changes.map(move |(part, change)| (difference, *part, change, 0))
    });
    let mut changes: Vec<_> = changes.collect();
    let mut complaints = Vec::new();
    for (request, theirs, ours) in answers {
        for (part, theirs) in theirs {
            let mut expected = theirs.clone();
            for (difference, of, change, shown) in &mut changes {
                if of == part && difference.is_of(request) {
                    let changed = change.apply(&expected);
                    *shown += usize::from(changed != expected);
                    expected = changed;
                }
            }
            let ours = &ours[part];
            if *ours != expected {
                complaints.push(format!(
                    "{request}: {part}\n  theirs: {theirs:?}\n  ours:   {ours:?}\n  as we know it: {expected:?}"
                ));
            }
        }
    }
    let gone = changes.iter().filter(|(.., shown)| *shown == 0);
    complaints.extend(gone.map(|(difference, part, change, _)| {
        let because = difference.because;
        format!("no longer different: {part}, {change:?}, because {because}")
    }));
    complaints
}

/// Names in the table that no request has.
pub fn unknown(requests: &[&str]) -> Vec<&'static str> {
    let names = ALL
        .iter()
        .copied()
        .flatten()
        .flat_map(|difference| difference.requests);
    let names = names.copied();
    names
        .filter(|name| !requests.iter().any(|request| matches(name, request)))
        .collect()
}

/// The reasons in the table that a text does not give.
pub fn untold(text: &str) -> Vec<&'static str> {
    let reasons = ALL.iter().copied().flatten().map(|known| known.because);
    reasons
        .filter(|reason| *reason != "the same" && !text.contains(&format!("| {reason} |")))
        .collect()
}
