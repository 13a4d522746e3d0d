//! Refusals for programs: `application/problem+json` (RFC 9457).

use super::{Constant, Refusal};

pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// Where no request is at hand. The status says it all, so `type` is `about:blank`, and `code` says
/// the rest.
pub(super) fn body(constant: &Constant) -> String {
    let mut body = unfinished(constant);
    body.push('}');
    body
}

/// The same with the path that was asked for, and what was required if that is told.
pub(super) fn body_about(refusal: &Refusal<'_>) -> String {
    let mut body = unfinished(refusal.constant);
    add(&mut body, "instance", refusal.path());
    if let Some(required) = refusal.required {
        add(&mut body, "required", &required.to_string());
    }
    body.push('}');
    body
}

fn unfinished(constant: &Constant) -> String {
    let title = constant.status.canonical_reason().unwrap_or_default();
    let status = constant.status.as_u16();
    let Constant { code, detail, .. } = constant;
    format!(
        r#"{{"type":"about:blank","title":"{title}","status":{status},"code":"{code}","detail":"{detail}""#
    )
}

fn add(body: &mut String, member: &str, text: &str) {
    if let Ok(text) = serde_json::to_string(text) {
        body.push_str(&format!(r#","{member}":{text}"#));
    }
}
