//! Small pages for people that need nothing else, and refusals as such pages.

use http::HeaderValue;

use super::Constant;

pub(crate) const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
/// The page loads nothing and is shown in no frame.
pub(super) const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

pub(super) fn body(constant: &Constant, sign_in: Option<&str>) -> String {
    let title = constant.status.canonical_reason().unwrap_or_default();
    let status = constant.status.as_u16();
    let detail = constant.detail;
    let way_on = match sign_in {
        Some(location) => format!(r#"<a href="{}">Sign in</a>"#, escaped(location)),
        None => r#"<a href="/">Back to the start</a>"#.to_owned(),
    };
    let content =
        format!("<p class=\"status\">{status}</p>\n<h1>{title}</h1>\n<p>{detail}</p>\n{way_on}");
    document(&format!("{status} {title}"), &content)
}

/// A whole page around its content, in light and dark. Both are HTML already.
pub(crate) fn document(title: &str, content: &str) -> String {
    format!(include_str!("page.html"), title = title, content = content)
}

/// A text as HTML shows it, between tags and in attributes with double quotes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
