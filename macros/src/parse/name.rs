//! The names of roles and permissions.

use syn::LitStr;

use crate::diag::Report;
use crate::keys::Key;

/// Refuses names that nobody gives on purpose.
pub(crate) fn check(literal: &LitStr, key: &Key) -> Result<(), Report> {
    let (kind, name) = (key.name, literal.value());
    let trimmed = name.trim();
    if trimmed.is_empty() {
        return Err(
            Report::new(literal, format!("a {kind} name cannot be empty"))
                .help(format!("write a name such as `{}`", key.sample())),
        );
    }
    if let Some(invisible) = name.chars().find(|c| !is_visible(*c)) {
        let visible: String = name.chars().filter(|c| is_visible(*c)).collect();
        let code = u32::from(invisible);
        let message = format!("a {kind} name contains the invisible character U+{code:04X}");
        return Err(Report::new(literal, message).help(format!("write `\"{visible}\"`")));
    }
    if trimmed != name {
        let edge = match name.starts_with(' ') {
            true => "starts",
            false => "ends",
        };
        let message = format!("{kind} name `{name}` {edge} with a space");
        return Err(Report::new(literal, message).help(format!("write `\"{trimmed}\"`")));
    }
    if name.contains(',') {
        let names: Vec<_> = name
            .split(',')
            .map(|name| format!("\"{}\"", name.trim()))
            .collect();
        return Err(
            Report::new(literal, format!("`,` in a {kind} name")).help(format!(
                "list the {kind}s: `{kind} = any({})`",
                names.join(", ")
            )),
        );
    }
    Ok(())
}

/// Whether a reader sees this character. Rust's own `Debug` escapes exactly those that are not printable;
/// behind a letter it leaves combining marks alone.
fn is_visible(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || format!("a{c}").escape_debug().count() == 2
}
