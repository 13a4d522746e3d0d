use axum::response::Response;

use super::evaluate::{Answers, Verdict, evaluate, lacks_scopes};
use super::facts::Facts;
use super::policy::Answer;
use super::requirement::Requirement;
use crate::denial::Denial;

/// A rule that is being decided.
pub(super) struct Inquiry {
    requirement: &'static Requirement,
    pub(super) facts: Facts,
    answers: Answers,
    /// The response of the first policy that failed.
    failure: Option<Response>,
}

impl Inquiry {
    pub(super) fn new(requirement: &'static Requirement, facts: Facts) -> Self {
        Self {
            requirement,
            facts,
            answers: Answers::default(),
            failure: None,
        }
    }

    pub(super) fn known(&self) -> (&Facts, &Answers) {
        (&self.facts, &self.answers)
    }

    /// Why the rule refuses.
    pub(super) fn denial(&self) -> Denial {
        let Self {
            requirement,
            facts,
            answers,
            ..
        } = self;
        match lacks_scopes(requirement, facts, answers) {
            true => Denial::InsufficientScope(requirement),
            false => Denial::Forbidden,
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        evaluate(self.requirement, &self.facts, &self.answers)
    }

    pub(super) fn hear(&mut self, policy: usize, answer: Answer) {
        let (truth, failure) = answer.into_parts();
        self.answers.add(policy, truth);
        self.failure = self.failure.take().or(failure);
    }

    /// The response of the first policy that failed.
    pub(super) fn take_failure(&mut self) -> Option<Response> {
        self.failure.take()
    }
}
