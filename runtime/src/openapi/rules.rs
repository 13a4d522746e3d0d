//! What all rules together ask of an operation.

use std::collections::BTreeSet;

use utoipa::openapi::security::SecurityRequirement;

use super::{BEARER, SESSION};
use crate::credential::Source;
use crate::guard::{Access, Declaration, Options, Requirement};
use crate::layer::RequireLayer;
use crate::routing::MatrixEntry;

/// What is declared of the requests to an entry: by the layers around it, and then by itself.
pub(super) fn rules(entry: &MatrixEntry, method: &str, path: &str) -> Vec<&'static Declaration> {
    let path = example(path);
    let layers = entry.layers().iter();
    let layers = layers.filter(|layer| !layer.skips(method, &path));
    let layers = layers.map(RequireLayer::declaration);
    layers.chain(entry.declared()).collect()
}

/// A path with something in the place of its parameters.
fn example(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment.contains('{') {
        true => "1",
        false => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// A rule and its options, unless everybody may pass.
pub(super) type Guarded = (&'static Requirement, &'static Options);

pub(super) fn guard(declaration: &'static Declaration) -> Option<Guarded> {
    match &declaration.access {
        Access::Public { .. } => None,
        Access::Guarded {
            requirement,
            options,
        } => Some((requirement, options)),
    }
}

/// All rules, with those that the others imply left out.
pub(super) fn in_words(guards: &[Guarded]) -> String {
    let is_more = |(requirement, _): &&Guarded| !matches!(requirement, Requirement::SignedIn);
    let more: Vec<_> = guards.iter().filter(is_more).collect();
    match more.as_slice() {
        [] => Requirement::SignedIn.to_string(),
        [(only, _)] => only.to_string(),
        several => {
            let words = several.iter().map(|(requirement, _)| match requirement {
                Requirement::Any(_) => format!("({requirement})"),
                _ => requirement.to_string(),
            });
            words.collect::<Vec<_>>().join(" and ")
        }
    }
}

/// One requirement for each credential that counts for all of them.
pub(super) fn alternatives(guards: &[Guarded]) -> Vec<SecurityRequirement> {
    let needed = guards
        .iter()
        .flat_map(|(requirement, _)| scopes(requirement));
    let needed: BTreeSet<_> = needed.collect();
    let counts = |source: &Source| {
        guards
            .iter()
            .all(|(_, options)| via(options).contains(source))
    };
    let order = guards
        .last()
        .map_or(&[] as &[Source], |(_, options)| via(options));
    let schemes = order
        .iter()
        .filter(|source| counts(source))
        .map(|source| match source {
            Source::Bearer => BEARER,
            Source::Cookie => SESSION,
        });
    schemes
        .map(|scheme| SecurityRequirement::new(scheme, needed.iter().copied()))
        .collect()
}

/// The credentials that count.
pub(super) fn via(options: &Options) -> &'static [Source] {
    match options.via {
        [] => &[Source::Bearer, Source::Cookie],
        via => via,
    }
}

/// The scopes without which nothing passes.
fn scopes(requirement: &Requirement) -> BTreeSet<&'static str> {
    match requirement {
        Requirement::Scope(scope) => BTreeSet::from([*scope]),
        Requirement::All(parts) => parts.iter().flat_map(scopes).collect(),
        Requirement::Any(parts) => {
            let common = parts.iter().map(scopes).reduce(|one, other| &one & &other);
            common.unwrap_or_default()
        }
        _ => BTreeSet::new(),
    }
}
