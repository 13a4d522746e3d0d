use std::collections::BTreeSet;
use std::error::Error;

use http::{Method, StatusCode};

use super::super::refusal::has_run;
use super::attempt::{Attempt, Expected};
use super::report::{Finding, Report};
use crate::guard::{Declaration, Requirement};
use crate::probe::Event;

/// What has come of the requests to one entry so far.
pub(super) struct Course {
    entry: String,
    declaration: &'static Declaration,
    leaks: Vec<Finding>,
    was_reached: bool,
    asked: BTreeSet<&'static str>,
    /// What those got who should have come through, the first of each status.
    instead: Vec<(StatusCode, String)>,
    failures: BTreeSet<String>,
}

impl Course {
    pub(super) fn new(entry: String, declaration: &'static Declaration) -> Self {
        Self {
            entry,
            declaration,
            leaks: Vec::new(),
            was_reached: false,
            asked: BTreeSet::new(),
            instead: Vec::new(),
            failures: BTreeSet::new(),
        }
    }

    pub(super) fn note(
        &mut self,
        method: &Method,
        attempt: &Attempt,
        status: StatusCode,
        events: &[Event],
    ) {
        self.asked
            .extend(events.iter().filter_map(|event| match event {
                Event::Asked(policy) => Some(*policy),
                _ => None,
            }));
        let has_run = has_run(events, self.declaration);
        self.was_reached |= has_run;
        let who = &attempt.who;
        if attempt.expected == Expected::Refused {
            let what = match (has_run, events.is_empty() && status.is_success()) {
                (true, _) => format!("{who} reached the handler by {method} ({status})"),
                (false, true) => format!("{who} got {status} by {method}, and no guard was asked"),
                (false, false) => return,
            };
            self.leaks.push(Finding::new(&self.entry, what));
        } else if !has_run && self.instead.iter().all(|(known, _)| *known != status) {
            self.instead.push((status, who.clone()));
        }
    }

    /// Something kept a request from being sent.
    pub(super) fn fail(&mut self, error: &dyn Error) {
        self.failures.insert(error.to_string());
    }

    pub(super) fn finish(self, report: &mut Report) {
        let found = |what: String| Finding::new(&self.entry, what);
        report
            .unreached
            .extend(self.failures.iter().cloned().map(found));
        if !self.was_reached {
            report.unreached.push(found(self.why_unreached()));
        }
        let unasked = unasked(self.declaration, &self.asked);
        report.unreached.extend(
            unasked
                .into_iter()
                .map(|policy| found(format!("the policy `{policy}` was never asked"))),
        );
        report.leaks.extend(self.leaks);
    }

    fn why_unreached(&self) -> String {
        if self.instead.is_empty() {
            return "nobody who was sent meets its rule; `Matrix::visitor` sends somebody who does"
                .to_owned();
        }
        let answers: Vec<_> = self
            .instead
            .iter()
            .map(|(status, who)| format!("{who} got {status}"))
            .collect();
        format!("nobody reached the handler: {}", answers.join("; "))
    }
}

/// The policies of a rule that no request came to. A policy that the rule calls by another name than
/// its own is taken to be one that was asked under no name of the rule.
fn unasked(declaration: &Declaration, asked: &BTreeSet<&'static str>) -> Vec<&'static str> {
    let parts = declaration.requirement().map(Requirement::all_parts);
    let named: BTreeSet<_> = parts
        .into_iter()
        .flatten()
        .filter_map(|part| match part {
            Requirement::Policy { name, .. } => Some(*name),
            _ => None,
        })
        .collect();
    let is_same = |name: &str, policy: &str| last_segment(name) == last_segment(policy);
    let strangers = asked
        .iter()
        .filter(|policy| !named.iter().any(|name| is_same(name, policy)))
        .count();
    let missing: Vec<_> = named
        .iter()
        .copied()
        .filter(|name| !asked.iter().any(|policy| is_same(name, policy)))
        .collect();
    if missing.len() <= strangers {
        return Vec::new();
    }
    missing
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim()
}
