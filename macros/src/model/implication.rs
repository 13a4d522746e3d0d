//! When one requirement is part of another, as far as their shape shows it.
//!
//! Two-valued logic would find more, such as the consensus of two branches; there the part that looks superfluous
//! decides when a claim or a policy has no answer. What follows from the shape holds for unknown answers too.

use super::{Requirement, Rule};

/// Whether whoever meets the one meets the other, whatever is unknown.
pub(super) fn implies(one: &Requirement, other: &Requirement) -> bool {
    if one == other {
        return true;
    }
    // Parts that must all fit come first: splitting them loses nothing.
    match (&one.rule, &other.rule) {
        (Rule::Any(parts), _) => parts.iter().all(|part| implies(part, other)),
        (_, Rule::All(parts)) => parts.iter().all(|part| implies(one, part)),
        (Rule::All(parts), Rule::Any(others)) => {
            parts.iter().any(|part| implies(part, other))
                || others.iter().any(|other| implies(one, other))
        }
        (Rule::All(parts), _) => parts.iter().any(|part| implies(part, other)),
        (_, Rule::Any(others)) => others.iter().any(|other| implies(one, other)),
        (Rule::Not(one), Rule::Not(other)) => implies(other, one),
        _ => false,
    }
}
