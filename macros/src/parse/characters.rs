//! Texts that travel in the `WWW-Authenticate` header: scopes (RFC 6749, section 3.3), and classes (RFC 9470).

use syn::LitStr;

use crate::diag::Report;

/// Refuses a text with characters that a token of these standards cannot have.
pub(super) fn check(literal: &LitStr, what: &str, sample: &str) -> Result<(), Report> {
    let text = literal.value();
    if text.is_empty() {
        return Err(Report::new(literal, format!("{what} cannot be empty"))
            .help(format!("write a name such as `{sample}`")));
    }
    let is_allowed = |c: &char| matches!(c, '\x21' | '\x23'..='\x5B' | '\x5D'..='\x7E');
    let Some(stray) = text.chars().find(|c| !is_allowed(c)) else {
        return Ok(());
    };
    let found = match stray {
        ' ' => "a space".to_owned(),
        '\0'..='\x1F' | '\x7F' => format!("the control character U+{:04X}", u32::from(stray)),
        _ => format!("`{stray}`"),
    };
    let report = Report::new(literal, format!("{what} cannot contain {found}"));
    let words: Vec<_> = text
        .split_whitespace()
        .map(|word| format!("{word:?}"))
        .collect();
    let lists = what == "a scope" && words.len() > 1 && stray == ' ';
    Err(match lists {
        true => report.help(format!(
            "list the scopes: `scope = all({})`",
            words.join(", ")
        )),
        false => report.note(r#"allowed: the printable ASCII characters but space, `"` and `\`"#),
    })
}
