use portcullis_tests::nextauth::{Headers, Site, Version};
use serde_json::{Value, json};

use super::{Accepted, Case, Refused, StricterHere, case};

fn token(site: &Site) -> String {
    site.mint(&json!({"sub": "42", "name": "Ada"}))
}

/// A token with one of its segments replaced.
fn segment(site: &Site, number: usize, change: fn(&str) -> String) -> Headers {
    let token = token(site);
    let mut segments: Vec<_> = token.split('.').map(str::to_owned).collect();
    segments[number] = change(&segments[number]);
    site.cookie(&segments.join("."))
}

/// The same bits but one, where it counts.
fn flipped(text: &str) -> String {
    let first = if text.starts_with('A') { "B" } else { "A" };
    format!("{first}{}", text.get(1..).unwrap_or_default())
}

/// Another last letter for the same bytes: the bits that it differs in belong to none of them.
fn respelled(text: &str) -> String {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = text.split_at(text.len() - 1);
    let place = LETTERS.find(last).expect("base64url");
    format!("{rest}{}", &LETTERS[place + 1..place + 2])
}

fn with_header(site: &Site, header: Value) -> Headers {
    let length = match header["enc"].as_str() {
        Some("A256CBC-HS512") => 64,
        Some("A192CBC-HS384") => 48,
        Some("A128GCM") => 16,
        Some("A192GCM") => 24,
        _ => 32,
    };
    with_key(site, header, length)
}

fn with_key(site: &Site, header: Value, length: usize) -> Headers {
    let content = json!({"sub": "42", "exp": site.now() + 60}).to_string();
    let critical = header.get("crit").cloned().unwrap_or(json!([]));
    let settings =
        json!({"header": header, "length": length, "content": content, "critical": critical});
    site.cookie(&site.forge(settings))
}

fn enc(site: &Site) -> &'static str {
    match site.version {
        Version::V4 => "A256GCM",
        Version::V5 => "A256CBC-HS512",
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("another header", Refused, |site| segment(site, 0, flipped)),
        case("a key in the empty segment", Refused, |site| {
            segment(site, 1, |_| "AAAA".to_owned())
        }),
        case("another initialisation vector", Refused, |site| {
            segment(site, 2, flipped)
        }),
        case("another ciphertext", Refused, |site| {
            segment(site, 3, flipped)
        }),
        case("another tag", Refused, |site| segment(site, 4, flipped)),
        case("no header", Refused, |site| {
            segment(site, 0, |_| String::new())
        }),
        case("no initialisation vector", Refused, |site| {
            segment(site, 2, |_| String::new())
        }),
        case("no ciphertext", Refused, |site| {
            segment(site, 3, |_| String::new())
        }),
        case("no tag", Refused, |site| {
            segment(site, 4, |_| String::new())
        }),
        case("half a tag", Refused, |site| {
            segment(site, 4, |tag| tag[..tag.len() / 2].to_owned())
        }),
        case("a longer tag", Refused, |site| {
            segment(site, 4, |tag| format!("{tag}AAAA"))
        }),
        case("the ciphertext without its end", Refused, |site| {
            segment(site, 3, |text| text[..text.len() - 24].to_owned())
        }),
        case("a tag in another spelling", StricterHere, |site| {
            segment(site, 4, respelled)
        }),
        case("a tag with padding", StricterHere, |site| {
            segment(site, 4, |tag| {
                format!("{tag}{}", "=".repeat(3 - (tag.len() + 3) % 4))
            })
        }),
        case("half a token", Refused, |site| {
            let token = token(site);
            site.cookie(&token[..token.len() / 2])
        }),
        case("all but the last letter", Refused, |site| {
            let token = token(site);
            // What is left may stand for the same bytes, so a whole one goes.
            site.cookie(&token[..token.len() - 2])
        }),
        case("four segments", Refused, |site| {
            site.cookie(&token(site).replacen("..", ".", 1))
        }),
        case("six segments", Refused, |site| {
            site.cookie(&format!("{}.AAAA", token(site)))
        }),
        case("dots", Refused, |site| site.cookie("....")),
        case("a word", Refused, |site| site.cookie("undefined")),
        case("a signed token without a signature", Refused, |site| {
            // {"alg":"none"}.{"sub":"42"}
            site.cookie("eyJhbGciOiJub25lIn0.eyJzdWIiOiI0MiJ9.")
        }),
        case("a signed token", Refused, |site| {
            let claims = json!({"claims": {"sub": "42"}, "secret": portcullis_tests::SECRET});
            let token = site.ask("sign", claims);
            site.cookie(token.as_str().expect("a token"))
        }),
        case("a header of another order", Accepted, |site| {
            with_header(site, json!({"typ": "JWT", "enc": enc(site), "alg": "dir"}))
        }),
        case("`cty` in the header", StricterHere, |site| {
            with_header(site, json!({"alg": "dir", "enc": enc(site), "cty": "JWT"}))
        }),
        case("a key in the header", StricterHere, |site| {
            let jwk = json!({"kty": "oct", "k": "AAAA"});
            with_header(site, json!({"alg": "dir", "enc": enc(site), "jwk": jwk}))
        }),
        case("`typ` of another kind", StricterHere, |site| {
            with_header(
                site,
                json!({"alg": "dir", "enc": enc(site), "typ": "at+jwt"}),
            )
        }),
        case("`crit` in the header", Refused, |site| {
            with_header(
                site,
                json!({"alg": "dir", "enc": enc(site), "crit": ["x"], "x": 1}),
            )
        }),
        case("compressed content", StricterHere, |site| {
            with_header(site, json!({"alg": "dir", "enc": enc(site), "zip": "DEF"}))
        }),
        case("A256CBC-HS512 in version 4", Refused, |site| {
            with_header(site, json!({"alg": "dir", "enc": "A256CBC-HS512"}))
        })
        .of(Version::V4),
    ];
    cases.extend([
        case("A128GCM", Refused, |site| {
            with_header(site, json!({"alg": "dir", "enc": "A128GCM"}))
        }),
        case("A192GCM", Refused, |site| {
            with_header(site, json!({"alg": "dir", "enc": "A192GCM"}))
        }),
        case("A192CBC-HS384", Refused, |site| {
            with_header(site, json!({"alg": "dir", "enc": "A192CBC-HS384"}))
        }),
        case("A128CBC-HS256", StricterHere, |site| {
            with_header(site, json!({"alg": "dir", "enc": "A128CBC-HS256"}))
        })
        .of(Version::V4),
        case("A128CBC-HS256", Refused, |site| {
            with_header(site, json!({"alg": "dir", "enc": "A128CBC-HS256"}))
        })
        .of(Version::V5),
    ]);
    // Version 4 lets the token choose how its key is wrapped.
    for (alg, v4, v5) in [
        ("A256KW", StricterHere, Refused),
        ("A256GCMKW", StricterHere, Refused),
        ("PBES2-HS256+A128KW", StricterHere, Refused),
    ] {
        cases.push(wrapped(alg, v4).of(Version::V4));
        cases.push(wrapped(alg, v5).of(Version::V5));
    }
    cases
}

fn wrapped(alg: &'static str, verdict: super::Verdict) -> Case {
    let request: fn(&Site) -> Headers = match alg {
        "A256KW" => |site| with_key(site, json!({"alg": "A256KW", "enc": enc(site)}), 32),
        "A256GCMKW" => |site| with_key(site, json!({"alg": "A256GCMKW", "enc": enc(site)}), 32),
        _ => |site| {
            with_key(
                site,
                json!({"alg": "PBES2-HS256+A128KW", "enc": enc(site)}),
                32,
            )
        },
    };
    case(alg, verdict, request)
}

#[tokio::test]
async fn forged_tokens_are_refused() {
    super::check(&cases()).await;
}
