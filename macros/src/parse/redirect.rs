//! Where an anonymous visitor may be sent: a path of this site, whatever a browser makes of it.

use syn::LitStr;

use crate::diag::Report;

const LONGEST: usize = 2048;

/// What servers, proxies and browsers decode differently.
const DISPUTED: &[&str] = &["%2f", "%5c", "%00", "%09", "%0a", "%0d", "%25"];

/// Refuses every target that could leave the site.
pub(super) fn check(literal: &LitStr) -> Result<(), Report> {
    let target = literal.value();
    match fault(&target) {
        None => Ok(()),
        Some((message, help)) => Err(Report::new(literal, message).help(help)),
    }
}

/// The first thing that is wrong with a target, and what to write.
fn fault(target: &str) -> Option<(String, String)> {
    characters(target)
        .or_else(|| site(target))
        .or_else(|| path(target.split(['?', '#']).next().unwrap_or(target)))
}

fn characters(target: &str) -> Option<(String, String)> {
    if target.len() > LONGEST {
        return answer(
            format!("a redirect target cannot be longer than {LONGEST} bytes"),
            r#"use a shorter path, such as `"/login"`"#,
        );
    }
    let stray = target.chars().find(|c| !matches!(c, '\x21'..='\x7E'))?;
    let code = u32::from(stray);
    match stray {
        ' ' => answer(
            "a redirect target cannot contain a space",
            "write `%20` in its place",
        ),
        '\0'..='\x1F' | '\x7F' => answer(
            format!("a redirect target cannot contain the control character U+{code:04X}"),
            "remove it: browsers drop or reinterpret it",
        ),
        _ => answer(
            format!(
                "a redirect target cannot contain `{}`",
                stray.escape_debug()
            ),
            format!("percent-encode it: write `{}` in its place", encoded(stray)),
        ),
    }
}

fn site(target: &str) -> Option<(String, String)> {
    if let Some(scheme) = scheme(target) {
        let message = match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => format!("`{target}` leaves this site"),
            _ => {
                format!("`{target}` is read by browsers as another kind of address, not as a path")
            }
        };
        return answer(message, r#"use a path such as `"/login"`"#);
    }
    if target.replace('\\', "/").starts_with("//") {
        return answer(
            format!("`{target}` is read by browsers as another site"),
            "start with exactly one `/`",
        );
    }
    if target.contains('\\') {
        return answer(
            r"a redirect target cannot contain `\`, which browsers read as `/`",
            "write `/` in its place",
        );
    }
    if !target.starts_with('/') {
        let written = match target {
            "" => "login",
            relative => relative,
        };
        return answer(
            "a redirect target must start with `/`",
            format!("write `\"/{written}\"`"),
        );
    }
    None
}

fn path(path: &str) -> Option<(String, String)> {
    let lower = path.to_ascii_lowercase();
    if let Some(at) = DISPUTED.iter().find_map(|code| lower.find(code)) {
        let code: String = path.chars().skip(at).take(3).collect();
        return answer(
            format!(
                "a redirect path cannot contain `{code}`, which servers and browsers read differently"
            ),
            "use a path without it",
        );
    }
    if path.contains("//") {
        return answer(
            "a redirect path cannot contain `//`",
            "write a single `/` in its place",
        );
    }
    if lower.split('/').any(is_dots) {
        return answer(
            "a redirect path cannot contain `.` or `..` segments",
            "write the path they lead to",
        );
    }
    None
}

fn answer(message: impl Into<String>, help: impl Into<String>) -> Option<(String, String)> {
    Some((message.into(), help.into()))
}

/// The scheme of an absolute address (RFC 3986, section 3.1).
fn scheme(target: &str) -> Option<&str> {
    let (scheme, _) = target.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some(scheme)
}

/// Whether browsers resolve a lower-cased segment as `.` or `..`.
fn is_dots(segment: &str) -> bool {
    matches!(segment.replace("%2e", ".").as_str(), "." | "..")
}

fn encoded(c: char) -> String {
    let mut buffer = [0; 4];
    let bytes = c.encode_utf8(&mut buffer).bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}
