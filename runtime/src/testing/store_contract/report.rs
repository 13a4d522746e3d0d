use std::fmt;

use super::checks::Check;

/// What came of a [`StoreContract`](super::StoreContract): each check by its name.
///
/// Its `Display` is a list of what failed and of what was left out.
#[derive(Debug, Clone, Default)]
#[must_use = "what was found is in here"]
pub struct ContractReport {
    checks: Vec<ContractCheck>,
}

/// One check of the contract, and what came of it.
#[derive(Debug, Clone)]
pub struct ContractCheck {
    name: String,
    expected: &'static str,
    outcome: Outcome,
}

#[derive(Debug, Clone)]
enum Outcome {
    Passed,
    Failed(String),
    LeftOut(String),
}

impl ContractReport {
    pub(super) fn ran<S>(&mut self, check: &Check<S>, outcome: Result<(), String>) {
        let outcome = outcome.map_or_else(Outcome::Failed, |()| Outcome::Passed);
        self.note(check.name, check.expected, outcome);
    }

    pub(super) fn left_out<S>(&mut self, check: &Check<S>, reason: &str) {
        let outcome = Outcome::LeftOut(reason.to_owned());
        self.note(check.name, check.expected, outcome);
    }

    pub(super) fn unknown(&mut self, name: &str) {
        let outcome = Outcome::Failed("there is no check of that name".to_owned());
        self.note(name, "checks that are left out exist", outcome);
    }

    fn note(&mut self, name: &str, expected: &'static str, outcome: Outcome) {
        self.checks.push(ContractCheck {
            name: name.to_owned(),
            expected,
            outcome,
        });
    }

    /// Every check, in the order they ran.
    pub fn checks(&self) -> &[ContractCheck] {
        &self.checks
    }

    /// The checks that the store failed.
    pub fn failed(&self) -> impl Iterator<Item = &ContractCheck> {
        self.checks.iter().filter(|check| check.seen().is_some())
    }

    /// Asserts that the store failed no check.
    ///
    /// # Panics
    /// With the whole report, if it did.
    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion")]
    pub fn assert(&self) {
        if self.failed().next().is_some() {
            panic!("{self}");
        }
    }
}

impl ContractCheck {
    /// The name of the check, as [`without`](super::StoreContract::without) takes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What must hold, in words.
    pub fn expected(&self) -> &'static str {
        self.expected
    }

    /// What was seen instead, in words; `None` if the check passed or was left out.
    pub fn seen(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Failed(seen) => Some(seen),
            Outcome::Passed | Outcome::LeftOut(_) => None,
        }
    }

    /// Why the check was left out, if it was.
    pub fn left_out(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::LeftOut(reason) => Some(reason),
            Outcome::Passed | Outcome::Failed(_) => None,
        }
    }
}

impl fmt::Display for ContractCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, expected, .. } = self;
        match &self.outcome {
            Outcome::Passed => write!(f, "{name}: {expected}"),
            Outcome::Failed(seen) => write!(f, "{name}: {expected}; seen: {seen}"),
            Outcome::LeftOut(reason) => write!(f, "{name}: left out, since {reason}"),
        }
    }
}

impl fmt::Display for ContractReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left_out = || {
            self.checks
                .iter()
                .filter(|check| check.left_out().is_some())
        };
        writeln!(
            f,
            "{} checks of a session store: {} failed, {} left out",
            self.checks.len(),
            self.failed().count(),
            left_out().count()
        )?;
        for check in self.failed().chain(left_out()) {
            writeln!(f, "  {check}")?;
        }
        Ok(())
    }
}
