use portcullis_tests::nextauth::{Headers, MAX_AGE, Site, Version};
use serde_json::{Value, json};

use super::{Accepted, Case, Refused, StricterHere, case};

/// A token of the usual lifetime that was issued so long ago (seconds).
fn issued(site: &Site, ago: u64) -> Headers {
    let settings = json!({"now": site.now() - ago});
    site.cookie(&site.mint_with(&json!({"sub": "42", "name": "Ada"}), settings))
}

/// A token with these times, whatever `encode` would say.
fn timed(site: &Site, times: Value) -> Headers {
    without(site, &[], times)
}

/// The same without some of the usual ones.
fn without(site: &Site, left_out: &[&str], times: Value) -> Headers {
    let (enc, length) = match site.version {
        Version::V4 => ("A256GCM", 32),
        Version::V5 => ("A256CBC-HS512", 64),
    };
    let mut claims = json!({"sub": "42", "iat": site.now(), "exp": site.now() + 60});
    for (name, time) in times.as_object().expect("times") {
        claims[name] = time.clone();
    }
    let members = claims.as_object_mut().expect("claims");
    members.retain(|name, _| !left_out.contains(&name.as_str()));
    let header = json!({"alg": "dir", "enc": enc});
    let content = claims.to_string();
    site.cookie(&site.forge(json!({"header": header, "length": length, "content": content})))
}

/// A token with a time so many seconds from now, and a fraction.
fn at(site: &Site, name: &str, seconds: f64) -> Headers {
    #[expect(clippy::cast_precision_loss, reason = "a time of our century")]
    let now = site.now() as f64;
    timed(site, json!({name: now + seconds}))
}

pub(super) fn cases() -> Vec<Case> {
    const MAX: u64 = MAX_AGE.as_secs();
    vec![
        case("issued just now", Accepted, |site| issued(site, 0)),
        case("one second left", Accepted, |site| issued(site, MAX - 1)),
        case("expired this second", Accepted, |site| issued(site, MAX)),
        case("expired 14 s ago", Accepted, |site| issued(site, MAX + 14)),
        case("expired 15 s ago", Refused, |site| issued(site, MAX + 15)),
        case("expired a year ago", Refused, |site| {
            issued(site, MAX + 31_536_000)
        }),
        case("a lifetime of zero", Accepted, |site| {
            let settings = json!({"maxAge": 0});
            site.cookie(&site.mint_with(&json!({"sub": "42"}), settings))
        }),
        case("a lifetime below zero", Refused, |site| {
            let settings = json!({"maxAge": -60});
            site.cookie(&site.mint_with(&json!({"sub": "42"}), settings))
        }),
        case("a lifetime of a hundred years", Accepted, |site| {
            let settings = json!({"maxAge": 3_153_600_000_u64});
            site.cookie(&site.mint_with(&json!({"sub": "42"}), settings))
        }),
        case("expired 14.5 s ago", Accepted, |site| {
            at(site, "exp", -14.5)
        }),
        case("expired 15.5 s ago", Refused, |site| at(site, "exp", -15.5)),
        case("a fraction of a second left", Accepted, |site| {
            at(site, "exp", 0.25)
        }),
        case("`exp` beyond 32 bits", Accepted, |site| {
            timed(site, json!({"exp": 4_294_967_297_u64}))
        }),
        case("`exp` beyond the year 9999", Accepted, |site| {
            timed(site, json!({"exp": 9_007_199_254_740_991_u64}))
        }),
        case("`exp` beyond all integers", Accepted, |site| {
            timed(site, json!({"exp": 1e300}))
        }),
        case("`exp` of zero", Refused, |site| {
            timed(site, json!({"exp": 0}))
        }),
        case("`exp` before 1970", Refused, |site| {
            timed(site, json!({"exp": -1}))
        }),
        case("`exp` is a text", Refused, |site| {
            timed(site, json!({"exp": "1900000000"}))
        }),
        case("`exp` is null", Refused, |site| {
            timed(site, json!({"exp": null}))
        }),
        case("`exp` is a boolean", Refused, |site| {
            timed(site, json!({"exp": true}))
        }),
        case("no `exp`", Accepted, |site| {
            without(site, &["exp"], json!({}))
        }),
        case("no `exp`, issued 30 days ago", StricterHere, |site| {
            without(site, &["exp"], json!({"iat": site.now() - MAX - 15}))
        }),
        case("neither `exp` nor `iat`", StricterHere, |site| {
            without(site, &["exp", "iat"], json!({}))
        }),
        case("no `iat`", Accepted, |site| {
            without(site, &["iat"], json!({}))
        }),
        case("`auth_time` 91 days ago", StricterHere, |site| {
            timed(site, json!({"auth_time": site.now() - 91 * 24 * 60 * 60}))
        }),
        case("`auth_time` 89 days ago", Accepted, |site| {
            timed(site, json!({"auth_time": site.now() - 89 * 24 * 60 * 60}))
        }),
        case("`nbf` is now", Accepted, |site| {
            timed(site, json!({"nbf": site.now()}))
        }),
        case("`nbf` in 15 s", Accepted, |site| {
            timed(site, json!({"nbf": site.now() + 15}))
        }),
        case("`nbf` in 15.5 s", Refused, |site| at(site, "nbf", 15.5)),
        case("`nbf` in 16 s", Refused, |site| {
            timed(site, json!({"nbf": site.now() + 16}))
        }),
        case("`nbf` is a text", Refused, |site| {
            timed(site, json!({"nbf": "0"}))
        }),
        case("`nbf` before 1970", StricterHere, |site| {
            timed(site, json!({"nbf": -1}))
        }),
        case("`iat` in the future", Accepted, |site| {
            timed(site, json!({"iat": site.now() + 3600}))
        }),
        case("`iat` with a fraction", Accepted, |site| {
            at(site, "iat", -0.5)
        }),
        case("`iat` is a text", Refused, |site| {
            timed(site, json!({"iat": "1"}))
        }),
        case("`iat` before 1970", StricterHere, |site| {
            timed(site, json!({"iat": -1}))
        }),
    ]
}

#[tokio::test]
async fn times_are_read_alike() {
    super::check(&cases()).await;
}
