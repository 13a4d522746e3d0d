use portcullis_tests::nextauth::{Headers, Site, Version};
use serde_json::json;

use super::{Accepted, Case, KinderHere, Refused, StricterHere, case};

fn token(site: &Site) -> String {
    site.mint(&json!({"sub": "42", "name": "Ada"}))
}

fn authorization(value: String) -> Headers {
    vec![("authorization", value)]
}

pub(super) fn cases() -> Vec<Case> {
    let twice: fn(&Site) -> Headers = |site| {
        let line = format!("Bearer {}", token(site));
        [authorization(line.clone()), authorization(line)].concat()
    };
    vec![
        case("two Authorization lines", StricterHere, twice).of(Version::V4),
        case("two Authorization lines", Refused, twice).of(Version::V5),
        case("Bearer and a token", Accepted, |site| {
            authorization(format!("Bearer {}", token(site)))
        }),
        case("bearer in lower case", KinderHere, |site| {
            authorization(format!("bearer {}", token(site)))
        }),
        case("BEARER in upper case", KinderHere, |site| {
            authorization(format!("BEARER {}", token(site)))
        }),
        case("Bearer alone", Refused, |_| {
            authorization("Bearer".to_owned())
        }),
        case("Bearer and two spaces", KinderHere, |site| {
            authorization(format!("Bearer  {}", token(site)))
        }),
        case("Bearer and a word more", StricterHere, |site| {
            authorization(format!("Bearer {} more", token(site)))
        }),
        case("Bearer and a broken escape", Refused, |_| {
            authorization("Bearer %E0%A4%A".to_owned())
        }),
        case("Bearer and a lone percent sign", Refused, |_| {
            authorization("Bearer %".to_owned())
        }),
        case("Bearer and a token with escapes", StricterHere, |site| {
            authorization(format!(
                "Bearer {}",
                token(site).replacen("..", "%2E%2E", 1)
            ))
        }),
        case("Bearer and a word", Refused, |_| {
            authorization("Bearer undefined".to_owned())
        }),
        case("another scheme", Refused, |site| {
            authorization(format!("Basic {}", token(site)))
        }),
        case("no scheme", Refused, |site| authorization(token(site))),
        case("a bad cookie and a good bearer token", Refused, |site| {
            let bearer = authorization(format!("Bearer {}", token(site)));
            [site.cookie("bad"), bearer].concat()
        }),
        case("a good cookie and a bad bearer token", Accepted, |site| {
            let bearer = authorization("Bearer bad".to_owned());
            [site.cookie(&token(site)), bearer].concat()
        }),
        case(
            "an empty cookie and a good bearer token",
            Accepted,
            |site| {
                let bearer = authorization(format!("Bearer {}", token(site)));
                [site.cookie(""), bearer].concat()
            },
        ),
        case(
            "another application's cookie and a good bearer token",
            Accepted,
            |site| {
                let bearer = authorization(format!("Bearer {}", token(site)));
                [vec![("cookie", "theme=dark; lang=de".to_owned())], bearer].concat()
            },
        ),
        case("a bearer token of 10 KiB", StricterHere, |site| {
            let token = site.mint(&json!({"sub": "42", "bulk": "x".repeat(10 * 1024)}));
            authorization(format!("Bearer {token}"))
        }),
    ]
}

#[tokio::test]
async fn bearer_tokens_are_read_alike() {
    super::check(&cases()).await;
}
