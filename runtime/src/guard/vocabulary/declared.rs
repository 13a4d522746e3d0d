//! The checks of names in rules, as compile errors at the name.
//!
//! The compiler runs them with every check, once for each name that a handler's rules have, and
//! slowly: so they look for a fingerprint, and read no name that is declared.

use super::Vocabulary;
use super::nearest::nearest;
use super::text::Text;

/// Refuses a role that the vocabulary does not have. Without declared roles every name is free.
///
/// # Panics
/// While compiling, with the name that was probably meant.
#[track_caller]
pub const fn declared_role(vocabulary: &Vocabulary, name: &str, fingerprint: u64) {
    if let Some(table) = vocabulary.roles
        && !is_among(table.fingerprints, fingerprint)
    {
        panic!(
            "{}",
            undeclared("role", name, table.type_name, table.names).as_str()
        );
    }
}

/// Refuses a permission that the vocabulary does not have. Without declared permissions every name
/// is free.
///
/// # Panics
/// While compiling, with the name that was probably meant.
#[track_caller]
pub const fn declared_permission(vocabulary: &Vocabulary, name: &str, fingerprint: u64) {
    if let Some(table) = vocabulary.permissions
        && !is_among(table.fingerprints, fingerprint)
    {
        panic!(
            "{}",
            undeclared("permission", name, table.type_name, table.names).as_str()
        );
    }
}

/// Whether an ascending list has this number.
const fn is_among(fingerprints: &[u64], fingerprint: u64) -> bool {
    let (mut low, mut high) = (0, fingerprints.len());
    while low < high {
        let middle = (low + high) / 2;
        if fingerprints[middle] < fingerprint {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low < fingerprints.len() && fingerprints[low] == fingerprint
}

pub(super) const fn undeclared(kind: &str, name: &str, type_name: &str, names: &[&str]) -> Text {
    let text = Text::new()
        .with(kind)
        .with(" `")
        .with(name)
        .with("` is not declared by `");
    let text = text.with(type_name).with("`; ");
    match nearest(name, names) {
        Some(meant) => text
            .with("a ")
            .with(kind)
            .with(" with a similar name exists: `")
            .with(meant)
            .with("`"),
        None => listed(text.with("it declares "), names),
    }
}

const fn listed(mut text: Text, names: &[&str]) -> Text {
    let mut index = 0;
    while index < names.len() {
        if index > 0 {
            text = text.with(", ");
        }
        text = text.with("`").with(names[index]).with("`");
        index += 1;
    }
    text
}
