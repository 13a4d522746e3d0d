//! What of a request goes up, and what of an answer comes down: only what is named here.

use std::net::IpAddr;

use http::Method;
use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HeaderMap,
    HeaderName, HeaderValue, REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, USER_AGENT, VARY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};

use crate::credential::{AuthCookies, sensitive};
use crate::session::is_for_one_hop;

const UP: [HeaderName; 6] = [
    ACCEPT,
    ACCEPT_LANGUAGE,
    AUTHORIZATION,
    CONTENT_TYPE,
    USER_AGENT,
    // Clients of Auth.js 5 ask by it for JSON in the place of a redirect.
    HeaderName::from_static("x-auth-return-redirect"),
];
const DOWN: [HeaderName; 10] = [
    ALLOW,
    CONTENT_ENCODING,
    CONTENT_LANGUAGE,
    CONTENT_SECURITY_POLICY,
    CONTENT_TYPE,
    REFERRER_POLICY,
    RETRY_AFTER,
    VARY,
    X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
];
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What goes up of a visitor's headers, with `ours`, and where the visitor is if that is known.
pub(super) fn up(
    visitor: &HeaderMap,
    cookies: AuthCookies<'_>,
    ours: HeaderMap,
    address: Option<IpAddr>,
) -> HeaderMap {
    let mut headers = picked(visitor, &UP);
    if let Some(credential) = headers.get_mut(AUTHORIZATION) {
        credential.set_sensitive(true);
    }
    if !is_for_one_hop(visitor, &COOKIE) {
        headers.extend(cookies.alone(visitor).map(|cookies| (COOKIE, cookies)));
    }
    headers.extend(ours);
    let address = address.and_then(|address| HeaderValue::try_from(address.to_string()).ok());
    headers.extend(address.map(|address| (X_FORWARDED_FOR, address)));
    headers
}

/// What comes down of the upstream's headers, besides its `Location`, after a request of that method. Nobody
/// may keep the answer.
pub(super) fn down(upstream: &HeaderMap, cookies: AuthCookies<'_>, method: &Method) -> HeaderMap {
    let mut headers = picked(upstream, &DOWN);
    // Any other answer is as long as its body (RFC 9112 section 6.3).
    if *method == Method::HEAD
        && let Some(length) = upstream.get(CONTENT_LENGTH)
    {
        headers.insert(CONTENT_LENGTH, length.clone());
    }
    if !is_for_one_hop(upstream, &SET_COOKIE) {
        let set = upstream.get_all(SET_COOKIE).iter();
        for cookie in set.filter(|cookie| cookies.are_set_by(cookie)) {
            headers.append(SET_COOKIE, sensitive(cookie));
        }
    }
    let never = HeaderValue::from_static("private, no-store");
    headers.insert(CACHE_CONTROL, never);
    headers
}

fn picked(said: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let mut picked = HeaderMap::new();
    for name in names.iter().filter(|name| !is_for_one_hop(said, name)) {
        for value in said.get_all(name) {
            picked.append(name, value.clone());
        }
    }
    picked
}
