//! The decision: a pure function of the requirement and what is known of the visitor.

use super::Requirement;
use crate::session::Identity;

/// What decisions are made on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) roles: &'a [String],
    pub(super) permissions: &'a [String],
}

impl<'a> From<&'a Identity> for Facts<'a> {
    fn from(identity: &'a Identity) -> Self {
        Self {
            roles: &identity.roles,
            permissions: &identity.permissions,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Granted,
    Denied,
}

/// Decides whether a signed-in visitor meets the requirement.
pub(super) fn evaluate(requirement: &Requirement, facts: Facts<'_>) -> Verdict {
    if holds(requirement, facts) {
        Verdict::Granted
    } else {
        Verdict::Denied
    }
}

fn holds(requirement: &Requirement, facts: Facts<'_>) -> bool {
    match requirement {
        Requirement::SignedIn => true,
        Requirement::Never => false,
        Requirement::Role(name) => facts.roles.iter().any(|held| held == name),
        Requirement::Permission(name) => facts.permissions.iter().any(|held| held == name),
        Requirement::All(parts) => parts.iter().all(|part| holds(part, facts)),
        Requirement::Any(parts) => parts.iter().any(|part| holds(part, facts)),
        Requirement::Not(part) => !holds(part, facts),
    }
}

#[cfg(test)]
mod tests {
    use super::Requirement::{All, Any, Never, Not, Permission, Role, SignedIn};
    use super::*;

    fn verdict(requirement: &Requirement, roles: &[&str], permissions: &[&str]) -> Verdict {
        let own = |names: &[&str]| {
            names
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<String>>()
        };
        let (roles, permissions) = (own(roles), own(permissions));
        evaluate(
            requirement,
            Facts {
                roles: &roles,
                permissions: &permissions,
            },
        )
    }

    #[test]
    fn a_requirement_reads_as_it_is_written() {
        use Verdict::{Denied, Granted};
        const MIXED: Requirement = All(&[
            Any(&[All(&[Role("a"), Role("b")]), Role("c")]),
            Permission("mfa"),
            Not(&Role("banned")),
        ]);
        for (requirement, roles, permissions, expected) in [
            (&SignedIn, &[][..], &[][..], Granted),
            (&Never, &["a"], &["a"], Denied),
            (&Role("a"), &["a"], &[], Granted),
            (&Role("a"), &["A", "aa"], &["a"], Denied),
            (&Permission("a"), &["a"], &[], Denied),
            (&MIXED, &["a", "b"], &[], Denied),
            (&MIXED, &["a", "b"], &["mfa"], Granted),
            (&MIXED, &["c"], &["mfa"], Granted),
            (&MIXED, &["a"], &["mfa"], Denied),
            (&MIXED, &["c", "banned"], &["mfa"], Denied),
        ] {
            assert_eq!(
                verdict(requirement, roles, permissions),
                expected,
                "{requirement}: {roles:?} {permissions:?}"
            );
        }
    }
}
