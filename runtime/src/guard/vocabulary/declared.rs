//! The checks of names in rules, as compile errors at the name.

use super::nearest::nearest;
use super::text::Text;
use super::{Vocabulary, position};

/// Refuses a role that the vocabulary does not have. Without declared roles every name is free.
///
/// # Panics
/// While compiling, with the name that was probably meant.
#[track_caller]
pub const fn declared_role(vocabulary: &Vocabulary, name: &str) {
    if let Some(table) = vocabulary.roles
        && position(table.names, name).is_none()
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
pub const fn declared_permission(vocabulary: &Vocabulary, name: &str) {
    if let Some(table) = vocabulary.permissions
        && position(table.names, name).is_none()
    {
        panic!(
            "{}",
            undeclared("permission", name, table.type_name, table.names).as_str()
        );
    }
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
