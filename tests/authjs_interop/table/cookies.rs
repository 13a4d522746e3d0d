use portcullis_tests::nextauth::{Headers, Site, Version};
use serde_json::json;

use super::{Accepted, Case, KinderHere, Refused, StricterHere, case};

fn token(site: &Site) -> String {
    site.mint(&json!({"sub": "42", "name": "Ada"}))
}

/// A token with so much in it (KiB).
fn large(site: &Site, size: usize) -> String {
    let bulk = "Größe 🐘 ".repeat(size * 1024 / "Größe 🐘 ".len());
    site.mint(&json!({"sub": "42", "roles": ["admin"], "bulk": bulk}))
}

fn in_one(cookies: &[String]) -> Headers {
    vec![("cookie", cookies.join("; "))]
}

fn in_each(cookies: &[String]) -> Headers {
    cookies
        .iter()
        .map(|cookie| ("cookie", cookie.clone()))
        .collect()
}

/// The chunks as a browser never sends them.
fn shuffled(mut chunks: Vec<String>) -> Vec<String> {
    chunks.reverse();
    let half = chunks.len() / 2;
    chunks.rotate_left(half);
    chunks
}

fn halves(site: &Site) -> (String, String) {
    let token = token(site);
    let (first, second) = token.split_at(token.len() / 2);
    (first.to_owned(), second.to_owned())
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case("6 KiB in chunks", Accepted, |site| {
            in_one(&site.chunks(&large(site, 6)))
        }),
        case("6 KiB in chunks of any order", Accepted, |site| {
            in_one(&shuffled(site.chunks(&large(site, 6))))
        }),
        case("20 KiB in chunks", Accepted, |site| {
            in_one(&site.chunks(&large(site, 20)))
        }),
        case("20 KiB in chunks of any order", Accepted, |site| {
            in_one(&shuffled(site.chunks(&large(site, 20))))
        }),
        case("20 KiB in a header line for each chunk", Accepted, |site| {
            in_each(&shuffled(site.chunks(&large(site, 20))))
        }),
        case("chunks between other cookies", Accepted, |site| {
            let mut cookies = vec!["theme=dark".to_owned()];
            for chunk in site.chunks(&large(site, 6)) {
                cookies.push(chunk);
                cookies.push("session=other; lang=de".to_owned());
            }
            in_one(&cookies)
        }),
        case("chunks as the package writes them", Accepted, |site| {
            let user = json!({"id": "42", "name": "Ada"});
            let claims = json!({"roles": ["admin"], "bulk": "x".repeat(20 * 1024)});
            let given = json!({"headers": [], "user": user, "claims": claims});
            let answer = site.ask("signIn", given);
            let cookies = answer["cookies"].as_array().expect("cookies");
            let pairs = cookies
                .iter()
                .filter_map(|cookie| cookie.as_str()?.split(';').next().map(str::to_owned));
            let pairs: Vec<_> = pairs
                .filter(|pair| pair.contains("session-token"))
                .collect();
            assert_eq!(pairs.len(), 8, "{answer}");
            in_one(&pairs)
        }),
        case("one chunk of all", Accepted, |site| {
            vec![(
                "cookie",
                format!("{}.0={}", site.session_cookie(), token(site)),
            )]
        }),
        case("chunks of any length", Accepted, |site| {
            let (first, second) = halves(site);
            let name = site.session_cookie();
            vec![("cookie", format!("{name}.0={first}; {name}.1={second}"))]
        }),
        case("a chunk is missing", Refused, |site| {
            in_one(&site.chunks(&large(site, 20))[1..])
        }),
        case("the last chunk is missing", Refused, |site| {
            let chunks = site.chunks(&large(site, 20));
            in_one(&chunks[..chunks.len() - 1])
        }),
        case("a chunk of another token", Refused, |site| {
            let mut chunks = site.chunks(&large(site, 20));
            chunks[1] = site.chunks(&large(site, 20)).swap_remove(1);
            in_one(&chunks)
        }),
        case("chunks without 1", StricterHere, |site| {
            let (first, second) = halves(site);
            let name = site.session_cookie();
            vec![("cookie", format!("{name}.0={first}; {name}.2={second}"))]
        }),
        case("a chunk called 00", StricterHere, |site| {
            vec![(
                "cookie",
                format!("{}.00={}", site.session_cookie(), token(site)),
            )]
        }),
        case("nine chunks", StricterHere, |site| {
            let token = large(site, 24);
            let chunks = site.chunks(&token);
            assert_eq!(chunks.len(), 9);
            in_one(&chunks)
        }),
        case("the cookie and an old chunk", Refused, |site| {
            let name = site.session_cookie();
            vec![("cookie", format!("{name}={}; {name}.0=old", token(site)))]
        }),
        case("the cookie and an empty chunk", Accepted, |site| {
            let name = site.session_cookie();
            vec![("cookie", format!("{name}={}; {name}.0=", token(site)))]
        }),
        case(
            "another cookie whose name begins alike",
            KinderHere,
            |site| {
                let name = site.session_cookie();
                vec![("cookie", format!("{name}={}; {name}2=x", token(site)))]
            },
        ),
        case("another cookie whose name ends alike", Accepted, |site| {
            let name = site.session_cookie();
            vec![("cookie", format!("x{name}=x; {name}={}", token(site)))]
        }),
        case("the same cookie twice", Accepted, |site| {
            let (name, token) = (site.session_cookie(), token(site));
            vec![("cookie", format!("{name}={token}; {name}={token}"))]
        }),
        case(
            "two cookies of one name, the good one first",
            StricterHere,
            |site| {
                let name = site.session_cookie();
                vec![("cookie", format!("{name}={}; {name}=planted", token(site)))]
            },
        ),
        case(
            "two cookies of one name, the good one last",
            Refused,
            |site| {
                let name = site.session_cookie();
                vec![("cookie", format!("{name}=planted; {name}={}", token(site)))]
            },
        ),
        case("the name of the other scheme", Refused, |site| {
            let other = match site.origin.starts_with("https:") {
                true => Site::plain(site.version),
                false => Site::secure(site.version),
            };
            other.cookie(&site.mint(&json!({"sub": "42"})))
        }),
        case("the name of the other version", Refused, |site| {
            let other = Site {
                version: site.version.other(),
                ..site.clone()
            };
            other.cookie(&token(site))
        }),
        case("a token with escapes", Accepted, |site| {
            site.cookie(&token(site).replacen("..", "%2E%2e", 1))
        }),
        case("a token with an escape that is no text", Refused, |site| {
            site.cookie(&format!("{}%ff", token(site)))
        }),
        case("spaces around the cookie", Accepted, |site| {
            vec![(
                "cookie",
                format!("a=b ;  {}={} ; c=d", site.session_cookie(), token(site)),
            )]
        }),
        case("spaces around the equals sign", StricterHere, |site| {
            vec![(
                "cookie",
                format!("{} = {}", site.session_cookie(), token(site)),
            )]
        }),
        case("nothing", Refused, |_| Vec::new()),
        case("an empty cookie", Refused, |site| site.cookie("")),
        case("a cookie without a value", Refused, |site| {
            vec![("cookie", site.session_cookie())]
        }),
    ];
    let quoted: fn(&Site) -> Headers = |site| site.cookie(&format!("\"{}\"", token(site)));
    cases.push(case("a token in quotes", StricterHere, quoted).of(Version::V4));
    cases.push(case("a token in quotes", Refused, quoted).of(Version::V5));
    let broken: fn(&Site) -> Headers = |site| site.cookie(&format!("{}%", token(site)));
    cases.push(
        case(
            "a token and a letter that is no base64url",
            StricterHere,
            broken,
        )
        .of(Version::V4),
    );
    cases.push(case("a token and a letter that is no base64url", Refused, broken).of(Version::V5));
    cases
}

#[tokio::test]
async fn cookies_are_read_alike() {
    super::check(&cases()).await;
}
