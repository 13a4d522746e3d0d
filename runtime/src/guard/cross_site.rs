//! Refuses unsafe requests that another site's page made a browser send (DESIGN: the rule of Go's
//! `CrossOriginProtection`, on Fetch Metadata first, then on `Origin`).

use http::header::{HeaderValue, ORIGIN, UPGRADE};
use http::request::Parts;
use http::{HeaderName, Method};

use super::Exchange;
use crate::auth::Runtime;
use crate::credential::Source;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the request comes from where it must not.
pub(super) fn is_refused(parts: &Parts, exchange: &Exchange, via: &[Source]) -> bool {
    let runtime = exchange.auth.runtime();
    // Browsers never add a bearer token on their own, so nobody can be made to send one.
    if !can_do_harm(parts) || exchange.is_decided_by_bearer(&parts.headers, via) {
        return false;
    }
    let mut sites = parts.headers.get_all(SEC_FETCH_SITE).iter().peekable();
    let has_site = sites.peek().is_some();
    if has_site && sites.all(|site| site == "same-origin" || site == "none") {
        return false;
    }
    let mut origins = parts.headers.get_all(ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) => {
            let origin = origin.as_bytes();
            !is_trusted(origin, &runtime) && !exchange.is_from_provider(origin)
        }
        (None, _) => has_site || runtime.strict_origin,
        (Some(_), Some(_)) => true,
    }
}

/// Unsafe methods (RFC 9110 section 9.2.1), and WebSockets, which start with a GET.
fn can_do_harm(parts: &Parts) -> bool {
    let is_safe =
        [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(&parts.method);
    !is_safe || parts.headers.get_all(UPGRADE).iter().any(names_websocket)
}

fn names_websocket(upgrade: &HeaderValue) -> bool {
    let mut protocols = upgrade.as_bytes().split(|byte| *byte == b',');
    protocols.any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"websocket"))
}

fn is_trusted(origin: &[u8], runtime: &Runtime) -> bool {
    runtime.origin.is(origin)
        || runtime
            .trusted_origins
            .iter()
            .any(|trusted| trusted.is(origin))
}
