//! What the client would rather have (RFC 9110 section 12.5.1, Fetch Metadata).

use http::header::{ACCEPT, HeaderMap};
use http::request::Parts;
use http::{HeaderName, Method};

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whether a person is opening a page, so that a redirect gets them anywhere.
pub(super) fn is_page_visit(parts: &Parts) -> bool {
    if !is_read(parts) || is_by_htmx(parts) {
        return false;
    }
    match parts.headers.get(SEC_FETCH_MODE) {
        Some(mode) => mode == "navigate",
        None => prefers_html(&parts.headers),
    }
}

/// Whether a refusal could be anything but a problem document: without these headers it never is.
pub(crate) fn is_by_a_person(headers: &HeaderMap) -> bool {
    headers.contains_key(SEC_FETCH_MODE)
        || headers.contains_key(HX_REQUEST)
        || prefers_html(headers)
}

/// Whether HTMX loads a part of a page.
pub(super) fn is_by_htmx(parts: &Parts) -> bool {
    parts
        .headers
        .get(HX_REQUEST)
        .is_some_and(|value| value == "true")
}

/// Whether the request only reads, so that it may be sent again.
pub(super) fn is_read(parts: &Parts) -> bool {
    [Method::GET, Method::HEAD].contains(&parts.method)
}

/// Whether `Accept` names HTML and ranks it above JSON. `*/*` names nothing.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    let (mut html, mut json) = (0, 0);
    for header in headers.get_all(ACCEPT) {
        for range in header.to_str().unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or_default();
            let quality = parts.find_map(quality).unwrap_or(1000);
            if media_type.eq_ignore_ascii_case("text/html")
                || media_type.eq_ignore_ascii_case("application/xhtml+xml")
            {
                html = html.max(quality);
            } else if media_type.eq_ignore_ascii_case("application/json")
                || media_type.eq_ignore_ascii_case("application/problem+json")
            {
                json = json.max(quality);
            }
        }
    }
    html > json
}

/// A `q` parameter in thousandths.
fn quality(parameter: &str) -> Option<u16> {
    let value = parameter
        .strip_prefix(['q', 'Q'])?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let value: f32 = value.parse().ok()?;
    // The cast saturates, and a NaN becomes 0.
    Some((value * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn html_must_be_named_and_outrank_json() {
        for (accept, expected) in [
            ("", false),
            ("*/*", false),
            ("text/html", true),
            ("TEXT/HTML;q=0.1", true),
            ("text/html;q=0", false),
            ("application/json, text/html", false),
            ("application/json;q=0.9, text/html", true),
            ("text/html;q=0.8, application/problem+json; q=0.9", false),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                true,
            ),
            ("text/html;q=NaN", false),
            ("text/html;level=1;q=x", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(prefers_html(&headers), expected, "{accept}");
        }
    }
}
