use std::collections::BTreeSet;
use std::error::Error;

use http::{Method, StatusCode};

use super::super::refusal::{has_run, is_same};
use super::attempt::{Attempt, Expected};
use super::report::{Finding, Report};
use crate::auth::Auth;
use crate::guard::{Declaration, Requirement};
use crate::probe::Event;

/// What axum's `WebSocketUpgrade` answers to requests that are none.
const MALFORMED: [StatusCode; 2] = [StatusCode::BAD_REQUEST, StatusCode::UPGRADE_REQUIRED];

/// What has come of the requests to one entry so far.
pub(super) struct Course {
    entry: String,
    declaration: &'static Declaration,
    leaks: Vec<Finding>,
    was_reached: bool,
    /// Whether somebody who should have come through was told that the request is malformed, or that
    /// it must be upgraded: that is what a handler of WebSockets says to others.
    may_need_upgrade: bool,
    /// Whose guard the requests met.
    auth: Option<Auth>,
    /// Which policies of the rule were asked.
    asked: BTreeSet<usize>,
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
            may_need_upgrade: false,
            auth: None,
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
        for event in events {
            match event {
                Event::Asked(asking, policy) if is_same(asking, self.declaration) => {
                    self.asked.insert(*policy);
                }
                Event::Met(met, auth) if is_same(met, self.declaration) => {
                    self.auth = Some(auth.clone());
                }
                _ => {}
            }
        }
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
            return;
        }
        self.may_need_upgrade |= !has_run && MALFORMED.contains(&status);
        if !has_run && self.instead.iter().all(|(known, _)| *known != status) {
            self.instead.push((status, who.clone()));
        }
    }

    /// What the entry declares.
    pub(super) fn declaration(&self) -> &'static Declaration {
        self.declaration
    }

    /// The `Auth` whose guard the requests so far have met.
    pub(super) fn auth(&self) -> Option<&Auth> {
        self.auth.as_ref()
    }

    /// Whether an upgrade is what may be missing.
    pub(super) fn may_need_upgrade(&self) -> bool {
        self.may_need_upgrade && !self.was_reached
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

/// The policies of a rule that no request came to.
fn unasked(declaration: &Declaration, asked: &BTreeSet<usize>) -> BTreeSet<&'static str> {
    let parts = declaration.requirement().map(Requirement::all_parts);
    let unasked = parts.into_iter().flatten().filter_map(|part| match part {
        Requirement::Policy { index, name } if !asked.contains(index) => Some(*name),
        _ => None,
    });
    unasked.collect()
}
