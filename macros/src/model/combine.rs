//! A handler's own declaration inside of a guarded container.

use super::check::check_inside;
use super::{Access, Options, Requirement, Rule, truth};
use crate::diag::{Errors, Report};
use crate::keys::Macro;

/// What a handler declares that says `own` of itself and stands in a container with the `outer` access.
pub(crate) fn narrowed(outer: &Access, own: Access, within: Macro, errors: &mut Errors) -> Access {
    match (outer, own) {
        (
            Access::Guarded {
                requirement: outer,
                options,
            },
            Access::Guarded {
                requirement,
                options: own,
            },
        ) => {
            check_inside(outer, &requirement, within, errors);
            Access::Guarded {
                requirement: both(outer, requirement, errors),
                options: own.or(options),
            }
        }
        (_, own) => own,
    }
}

impl Options {
    /// These options, and where they say nothing the others.
    fn or(self, others: &Self) -> Self {
        let others = others.clone();
        Self {
            redirect: self.redirect.or(others.redirect),
            on_denied: self.on_denied.or(others.on_denied),
            fresh: self.fresh.or(others.fresh),
            acr: self.acr.or(others.acr),
            via: self.via.or(others.via),
            live: self.live || others.live,
            audit: self.audit || others.audit,
        }
    }
}

/// Both requirements, each part once.
fn both(outer: &Requirement, own: Requirement, errors: &mut Errors) -> Requirement {
    if !matches!(outer.rule, Rule::Never) && truth::never(&own, std::slice::from_ref(outer)) {
        let message = "this requirement can never be met: whoever meets the container's fails it";
        errors.add(
            Report::new(written(&own), message)
                .help("remove it, or move the handler out of the container"),
        );
    }
    let mut parts = parts(outer.clone());
    for part in self::parts(own) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    match (parts.pop(), parts.is_empty()) {
        (None, _) => Requirement::bare(Rule::SignedIn),
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            Requirement::bare(Rule::All(parts))
        }
    }
}

/// What has to hold, one by one.
fn parts(requirement: Requirement) -> Vec<Requirement> {
    match requirement.rule {
        Rule::SignedIn => Vec::new(),
        Rule::All(parts) => parts,
        _ => vec![requirement],
    }
}

/// The tokens of a requirement, or of its first part where commas alone hold it together.
fn written(requirement: &Requirement) -> &proc_macro2::TokenStream {
    match &requirement.rule {
        Rule::All(parts) if requirement.source.is_empty() => {
            parts.first().map_or(&requirement.source, written)
        }
        _ => &requirement.source,
    }
}
