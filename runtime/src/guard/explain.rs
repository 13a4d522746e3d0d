//! A decision in words: the tree of its rule with what became of every part, and what else refused.

use std::fmt;

use super::evaluate::{Answers, Truth, truth};
use super::facts::Facts;
use super::words::duration;
use super::{Declaration, Options, Requirement};
use crate::credential::Source;
use crate::denial::Denial;

/// One line for each part of the rule, two spaces deeper for each level, and one for what refused
/// besides. They have the rule's own words only, nothing of the visitor's. Without `known`, nobody got
/// as far as asking. Every line begins with its line break, so that all stand below the event.
pub(super) fn explain(
    declaration: &Declaration,
    known: Option<(&Facts, &Answers)>,
    denial: Option<Denial>,
) -> String {
    let mut tree = String::new();
    if let Some(requirement) = declaration.requirement() {
        add_part(&mut tree, requirement, known, 0);
    }
    if let Some(objection) = denial.and_then(|denial| objection(denial, declaration.options())) {
        tree.push('\n');
        tree.push_str(&objection);
    }
    tree
}

fn add_part(
    tree: &mut String,
    requirement: &Requirement,
    known: Option<(&Facts, &Answers)>,
    level: usize,
) {
    let (words, parts): (_, &[Requirement]) = match requirement {
        Requirement::All(parts) => ("all of".to_owned(), parts),
        Requirement::Any(parts) => ("any of".to_owned(), parts),
        Requirement::Not(part) => ("not".to_owned(), std::slice::from_ref(part)),
        leaf => (leaf.to_string(), &[]),
    };
    let outcome = known.map_or(Truth::OPEN, |(facts, answers)| {
        truth(requirement, facts, answers)
    });
    let indent = 2 * level;
    tree.push_str(&format!("\n{:indent$}{words}: {outcome}", ""));
    for part in parts {
        add_part(tree, part, known, level + 1);
    }
}

/// What refused, if it was not the rule.
fn objection(denial: Denial, options: &Options) -> Option<String> {
    let acr = options.acr.unwrap_or_default();
    Some(match denial {
        Denial::CrossSite => "same site: no".to_owned(),
        Denial::Unauthenticated | Denial::Refused { .. } => match options.via {
            [] => "signed in: no".to_owned(),
            via => format!("signed in via {}: no", sources(via)),
        },
        Denial::Unavailable | Denial::Corrupt => "signed in: unknown".to_owned(),
        Denial::StepUp { .. } => match (options.fresh, options.acr) {
            (Some(fresh), Some(acr)) => format!("fresh {} and acr {acr}: no", duration(fresh)),
            (Some(fresh), None) => format!("fresh {}: no", duration(fresh)),
            (None, _) => format!("acr {acr}: no"),
        },
        Denial::AcrUnreachable => format!("acr {acr}: no"),
        Denial::AuthTimeMissing => "time of signing in: unknown".to_owned(),
        _ => return None,
    })
}

fn sources(via: &[Source]) -> String {
    let names = via.iter().map(|source| source.name());
    names.collect::<Vec<_>>().join(" or ")
}

/// What it may turn out to be. A policy that may turn out to be anything was not asked.
impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::OPEN {
            return f.write_str("not asked");
        }
        let names = [
            (Self::NO, "no"),
            (Self::UNKNOWN, "unknown"),
            (Self::YES, "yes"),
        ];
        let possible = names.into_iter().filter(|(value, _)| self.may_be(*value));
        let names: Vec<_> = possible.map(|(_, name)| name).collect();
        f.write_str(&names.join(" or "))
    }
}
