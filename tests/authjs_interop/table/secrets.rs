use portcullis_tests::SECRET;
use portcullis_tests::nextauth::{Headers, OLD_SECRET, Site, Version};
use serde_json::{Value, json};

use super::{Accepted, Case, KinderHere, Refused, case};

const OTHER_SECRET: &str = "Vw2dP1o3Oq1d9fD2b7Y3n8uH0cTzq4x5sKjR6mLaXyE=";

fn minted(site: &Site, settings: Value) -> Headers {
    site.cookie(&site.mint_with(&json!({"sub": "42", "name": "Ada"}), settings))
}

/// A token of version 5 whose header names its key, or not.
fn forged(site: &Site, enc: &str, secret: &str, kid: Value) -> Headers {
    let length = if enc == "A256GCM" { 32 } else { 64 };
    let mut header = json!({"alg": "dir", "enc": enc});
    if !kid.is_null() {
        header["kid"] = kid;
    }
    let content = json!({"sub": "42", "exp": site.now() + 60}).to_string();
    let settings =
        json!({"header": header, "length": length, "content": content, "secret": secret});
    site.cookie(&site.forge(settings))
}

/// The value of a cookie that the real package sets to prove where a visitor comes back from.
fn check_cookie(site: &Site, check: &str, name: &str) -> Headers {
    let given = json!({"checks": [check], "headers": []});
    let answer = site.ask("signInElsewhere", given);
    let start = format!("{}=", site.cookie_name(name));
    let cookies = answer["cookies"].as_array().expect("cookies");
    let cookie = cookies
        .iter()
        .filter_map(|cookie| cookie.as_str()?.strip_prefix(&start)?.split(';').next())
        .next();
    site.cookie(cookie.expect("the cookie"))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("the secret of today", Accepted, |site| {
            minted(site, json!({"secret": SECRET}))
        }),
        case("the secret of yesterday", Accepted, |site| {
            minted(site, json!({"secret": OLD_SECRET}))
        })
        .of(Version::V5),
        case("the secret of yesterday", KinderHere, |site| {
            minted(site, json!({"secret": OLD_SECRET}))
        })
        .of(Version::V4),
        case("another secret", Refused, |site| {
            minted(site, json!({"secret": OTHER_SECRET}))
        }),
        case("a secret that begins alike", Refused, |site| {
            minted(site, json!({"secret": format!("{SECRET}x")}))
        }),
        case("no `kid`, the secret of today", Accepted, |site| {
            forged(site, "A256CBC-HS512", SECRET, Value::Null)
        })
        .of(Version::V5),
        case("no `kid`, the secret of yesterday", KinderHere, |site| {
            forged(site, "A256CBC-HS512", OLD_SECRET, Value::Null)
        })
        .of(Version::V5),
        case("`kid` of nobody's", Refused, |site| {
            forged(site, "A256CBC-HS512", SECRET, json!("nobody"))
        })
        .of(Version::V5),
        case("`kid` of the key", Accepted, |site| {
            forged(site, "A256CBC-HS512", SECRET, json!(true))
        })
        .of(Version::V5),
        case("`kid` of yesterday's key", Accepted, |site| {
            forged(site, "A256CBC-HS512", OLD_SECRET, json!(true))
        })
        .of(Version::V5),
        case("A256GCM, no `kid`", Accepted, |site| {
            forged(site, "A256GCM", SECRET, Value::Null)
        })
        .of(Version::V5),
        case(
            "A256GCM, no `kid`, the secret of yesterday",
            KinderHere,
            |site| forged(site, "A256GCM", OLD_SECRET, Value::Null),
        )
        .of(Version::V5),
        case("A256GCM, `kid` of the key", Accepted, |site| {
            forged(site, "A256GCM", SECRET, json!(true))
        })
        .of(Version::V5),
        case("a token of the other version", Refused, |site| {
            let other = site.version.other();
            let salt = if other == Version::V4 {
                String::new()
            } else {
                site.session_cookie()
            };
            minted(
                site,
                json!({"dialect": other.name(), "salt": salt, "secret": SECRET}),
            )
        }),
        case(
            "a token of the other version, under its own name",
            Refused,
            |site| {
                let other = Site {
                    version: site.version.other(),
                    ..site.clone()
                };
                site.cookie(&other.mint(&json!({"sub": "42"})))
            },
        ),
        case("a token of another cookie", Refused, |site| {
            minted(site, json!({"salt": site.cookie_name("state")}))
        }),
        case(
            "a token of the cookie without its prefix",
            Refused,
            |site| {
                let name = format!("{}.session-token", site.version.prefix());
                let salt = match site.origin.starts_with("https:") {
                    true => name,
                    false => format!("__Secure-{name}"),
                };
                minted(site, json!({"salt": salt}))
            },
        ),
        case("the proof of PKCE", Refused, |site| {
            check_cookie(site, "pkce", "pkce.code_verifier")
        }),
        case("the proof of the state", Refused, |site| {
            check_cookie(site, "state", "state")
        }),
        case("the proof of the nonce", Refused, |site| {
            check_cookie(site, "nonce", "nonce")
        }),
    ]
}

#[tokio::test]
async fn keys_are_chosen_alike() {
    super::check(&cases()).await;
}
