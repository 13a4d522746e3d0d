//! Refusals for programs: `application/problem+json` (RFC 9457).

use super::Constant;

pub(super) const MEDIA_TYPE: &str = "application/problem+json";

/// The status says it all, so `type` is `about:blank`, and `code` says the rest.
pub(super) fn body(constant: &Constant, instance: Option<&str>) -> String {
    let title = constant.status.canonical_reason().unwrap_or_default();
    let status = constant.status.as_u16();
    let Constant { code, detail, .. } = constant;
    let mut body = format!(
        r#"{{"type":"about:blank","title":"{title}","status":{status},"code":"{code}","detail":"{detail}""#
    );
    if let Some(instance) = instance.and_then(|path| serde_json::to_string(path).ok()) {
        body.push_str(r#","instance":"#);
        body.push_str(&instance);
    }
    body.push('}');
    body
}
