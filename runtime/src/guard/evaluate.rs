//! The decision: a pure function of the requirement, what is known of the visitor, and what the
//! policies that were asked have answered. Truth is Kleene's: yes, no, or unknown.

use super::Requirement;
use super::facts::Facts;

/// What a leaf, or a tree of them, may turn out to be: a set of the values of Kleene's logic.
/// A policy that was not asked yet may turn out to be any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth(u8);

impl Truth {
    pub(super) const NO: Self = Self(0b001);
    pub(super) const UNKNOWN: Self = Self(0b010);
    pub(super) const YES: Self = Self(0b100);
    pub(super) const OPEN: Self = Self(0b111);

    /// From the least true to the most.
    const VALUES: [Self; 3] = [Self::NO, Self::UNKNOWN, Self::YES];

    pub(super) fn may_be(self, value: Self) -> bool {
        self.0 & value.0 != 0
    }

    fn is_open(self) -> bool {
        !Self::VALUES.contains(&self)
    }

    /// What one of each may come to: the least true of the two, or the most.
    fn pairwise(self, other: Self, choose: fn(u8, u8) -> u8) -> Self {
        let mut result = 0;
        for one in Self::VALUES.into_iter().filter(|value| self.may_be(*value)) {
            for two in Self::VALUES
                .into_iter()
                .filter(|value| other.may_be(*value))
            {
                // The values are ordered by their bits.
                result |= choose(one.0, two.0);
            }
        }
        Self(result)
    }

    fn and(self, other: Self) -> Self {
        self.pairwise(other, u8::min)
    }

    fn or(self, other: Self) -> Self {
        self.pairwise(other, u8::max)
    }

    fn not(self) -> Self {
        let swapped = (self.0 & Self::NO.0) << 2 | (self.0 & Self::YES.0) >> 2;
        Self(self.0 & Self::UNKNOWN.0 | swapped)
    }
}

impl From<Option<bool>> for Truth {
    fn from(answer: Option<bool>) -> Self {
        match answer {
            Some(true) => Self::YES,
            Some(false) => Self::NO,
            None => Self::UNKNOWN,
        }
    }
}

/// What the policies of a rule have answered so far, by their index.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers {
    heard: Vec<(usize, Truth)>,
    /// Whether the visitor is taken to have every scope.
    every_scope: bool,
}

impl Answers {
    pub(super) fn add(&mut self, index: usize, truth: Truth) {
        self.heard.push((index, truth));
    }

    fn of(&self, index: usize) -> Truth {
        let answer = self.heard.iter().find(|(asked, _)| *asked == index);
        answer.map_or(Truth::OPEN, |(_, truth)| *truth)
    }

    fn has_failure(&self) -> bool {
        self.heard.iter().any(|(_, truth)| *truth == Truth::UNKNOWN)
    }
}

/// What is to be done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Granted,
    /// Refused, and the rule says so.
    Denied,
    /// Refused, since nobody can say whether the rule is met.
    Unknown,
    /// It depends on the policy of this index.
    Ask(usize),
}

/// Decides, or names the one policy to ask first. Only yes grants.
///
/// Policies are asked while their answer can still change the verdict. A policy that failed makes
/// the difference between "no" and "unknown" matter, for then its error is the answer: so the
/// others are asked until that is settled as well.
pub(super) fn evaluate(requirement: &Requirement, facts: &Facts, answers: &Answers) -> Verdict {
    let truth = truth(requirement, facts, answers);
    let is_settled = !truth.is_open() || !(truth.may_be(Truth::YES) || answers.has_failure());
    if !is_settled && let Some(policy) = first_open(requirement, facts, answers) {
        return Verdict::Ask(policy);
    }
    match truth {
        Truth::YES => Verdict::Granted,
        Truth::UNKNOWN => Verdict::Unknown,
        _ => Verdict::Denied,
    }
}

/// What a part of a rule may turn out to be.
pub(super) fn truth(requirement: &Requirement, facts: &Facts, answers: &Answers) -> Truth {
    let identity = facts.identity();
    match requirement {
        Requirement::SignedIn => Truth::YES,
        Requirement::Never => Truth::NO,
        Requirement::Role(rule) => rule.is_met_by(&identity.roles).into(),
        Requirement::Permission(rule) => rule
            .is_met_by(&identity.permissions, &identity.roles)
            .into(),
        Requirement::Scope(scope) => {
            let holds = identity.scopes.iter().any(|held| held == scope);
            Some(holds || answers.every_scope).into()
        }
        Requirement::Claim { path, test } => facts.claim(path, test).into(),
        Requirement::Owner(parameter) => facts.owns(parameter).into(),
        Requirement::When { holds, .. } => facts.session().map(|session| holds(session)).into(),
        Requirement::Policy { index, .. } => answers.of(*index),
        Requirement::All(parts) => parts
            .iter()
            .fold(Truth::YES, |all, part| all.and(truth(part, facts, answers))),
        Requirement::Any(parts) => parts
            .iter()
            .fold(Truth::NO, |any, part| any.or(truth(part, facts, answers))),
        Requirement::Not(part) => truth(part, facts, answers).not(),
    }
}

/// Whether what is refused lacks scopes: with every scope it could be granted.
pub(super) fn lacks_scopes(requirement: &Requirement, facts: &Facts, answers: &Answers) -> bool {
    let answers = Answers {
        every_scope: true,
        ..answers.clone()
    };
    truth(requirement, facts, &answers).may_be(Truth::YES)
}

/// The first policy that was not asked yet and is in no part that is settled without it.
fn first_open(requirement: &Requirement, facts: &Facts, answers: &Answers) -> Option<usize> {
    if !truth(requirement, facts, answers).is_open() {
        return None;
    }
    match requirement {
        Requirement::Policy { index, .. } => Some(*index),
        Requirement::All(parts) | Requirement::Any(parts) => parts
            .iter()
            .find_map(|part| first_open(part, facts, answers)),
        Requirement::Not(part) => first_open(part, facts, answers),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
