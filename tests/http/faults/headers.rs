//! Headers that promise more than they may.

use http::StatusCode;
use http::request::Builder;
use portcullis::routing::get as route_get;
use portcullis::{ReturnTo, Router, User, protected, public};
use portcullis_tests::{Answer, builder, get, post, send};
use url::{Url, form_urlencoded};

use crate::app::App;

const HOSTILE: &[(&str, &str)] = &[
    (
        "x-middleware-subrequest",
        "middleware:middleware:middleware:middleware:middleware",
    ),
    ("x-middleware-subrequest", "src/middleware"),
    ("x-middleware-next", "1"),
    ("host", "evil.example"),
    ("forwarded", "for=127.0.0.1;host=evil.example;proto=https"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-proto", "javascript"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-prefix", "//evil.example"),
    ("x-forwarded-uri", "/plain"),
    ("x-real-ip", "127.0.0.1"),
    ("x-original-url", "/plain"),
    ("x-rewrite-url", "/plain"),
    ("x-user", "1"),
    ("x-forwarded-user", "admin"),
    ("x-role", "admin"),
    ("x-roles", "admin"),
    ("x-http-method-override", "OPTIONS"),
    ("x-method-override", "OPTIONS"),
    ("x-auth-request-user", "admin"),
    ("remote-user", "admin"),
];

/// Everything about an answer that a client sees.
fn seen(answer: Answer) -> (StatusCode, http::HeaderMap, String) {
    (answer.status, answer.headers, answer.body)
}

#[tokio::test]
async fn row_40_no_header_changes_what_a_guard_decides() {
    for app in App::each().await {
        let user = app.sign_in(User::new(7)).await;
        let admin = app.sign_in(User::new(8).with_roles(["admin"])).await;
        for cookie in ["", "session=x", &user, &admin] {
            for path in ["/me", "/admin", "/page", "/mixed", "/nowhere"] {
                for accept in ["application/json", "text/html"] {
                    let request = || {
                        let request = get(path).header("accept", accept);
                        request.header("cookie", cookie)
                    };
                    let expected = seen(app.send(request()).await);
                    for (name, value) in HOSTILE {
                        let answer = app.send(request().header(*name, *value)).await;
                        assert_eq!(seen(answer), expected, "{name}: {value} on {path}");
                    }
                    let all = HOSTILE.iter().fold(request(), |request, (name, value)| {
                        request.header(*name, *value)
                    });
                    assert_eq!(seen(app.send(all).await), expected, "{path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn row_40_no_header_makes_another_origin_ours() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new(7)).await;
        for (name, value) in HOSTILE {
            let request = post("/me")
                .header("cookie", &cookie)
                .header("origin", "http://evil.example")
                .header(*name, *value);
            let answer = app.send(request).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::FORBIDDEN, "cross_site".to_owned()),
                "{name}: {value}"
            );
            assert!(answer.cookies().is_empty());
        }
        assert_eq!(app.runs.count(), 0);
    }
}

#[public(reason = "where people go when they have signed in")]
async fn back(return_to: ReturnTo) -> ReturnTo {
    return_to
}

#[protected(redirect)]
async fn page() {}

/// Every published way of leaving a site, as it is and disguised.
fn payloads() -> Vec<String> {
    let lists = [
        include_str!("../../vectors/open-redirect/Open-Redirect-payloads.txt"),
        include_str!("../../vectors/open-redirect/crlfinjection.txt"),
        include_str!("../../vectors/open-redirect/open_redirect_wordlist.txt"),
        include_str!("../../vectors/open-redirect/openredirects.txt"),
    ];
    let published = lists.iter().flat_map(|list| list.lines());
    let disguised = published.flat_map(|payload| {
        [
            payload.to_owned(),
            format!("/{payload}"),
            payload.replace('/', "\\"),
        ]
    });
    let payloads: Vec<_> = disguised.collect();
    assert!(payloads.len() > 900, "{}", payloads.len());
    payloads
}

/// The inputs of the URL standard's own tests.
fn inputs() -> Vec<String> {
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../vectors/url/urltestdata.json")).expect("JSON");
    let inputs: Vec<_> = cases
        .iter()
        .filter_map(|case| case["input"].as_str().map(str::to_owned))
        .collect();
    assert!(inputs.len() > 800, "{}", inputs.len());
    inputs
}

/// All of them.
pub fn hostile_addresses() -> impl Iterator<Item = String> {
    payloads().into_iter().chain(inputs())
}

/// Where a browser on a page of ours goes for a `Location`.
fn followed(location: &str) -> Url {
    let page = Url::parse("http://localhost:3000/sign-in").expect("a URL");
    page.join(location).expect("a URL")
}

fn stays(location: &str, payload: &str) {
    let origin = followed(location).origin().ascii_serialization();
    assert_eq!(origin, "http://localhost:3000", "{payload}");
    assert!(
        location.starts_with('/') && !location.starts_with("//"),
        "{payload}"
    );
}

fn visit(path: &str, payload: &str) -> Builder {
    let query: String = form_urlencoded::byte_serialize(payload.as_bytes()).collect();
    let request = get(&format!("{path}?callbackUrl={query}"));
    request.header("accept", "text/html")
}

#[tokio::test]
async fn row_40_no_way_back_leaves_the_site_when_it_is_made_or_used() {
    let auth = builder(&Default::default()).build().expect("usable");
    let app = Router::new()
        .route("/back", route_get(back))
        .route("/page", route_get(page))
        .with_state(auth);
    for payload in payloads().iter().chain(&inputs()) {
        stays(ReturnTo::from(payload.as_str()).as_str(), payload);
        let used = send(&app, visit("/back", payload)).await;
        assert_eq!(used.status, StatusCode::SEE_OTHER, "{payload}");
        stays(used.header("location"), payload);
        let joined = format!("http://localhost:3000{payload}");
        let used = send(&app, visit("/back", &joined)).await;
        stays(used.header("location"), &joined);
        let made = send(&app, visit("/page", payload)).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{payload}");
        stays(made.header("location"), payload);
        let sign_in = followed(made.header("location"));
        assert_eq!(sign_in.path(), "/sign-in", "{payload}");
        for (name, value) in sign_in.query_pairs() {
            assert_eq!(name, "callbackUrl", "{payload}");
            stays(&value, payload);
        }
    }
}

#[tokio::test]
async fn row_40_no_path_leaves_the_site_as_a_way_back() {
    let auth = builder(&Default::default()).build().expect("usable");
    let app = Router::new()
        .route("/{*path}", route_get(page))
        .with_state(auth);
    let mut asked = 0;
    for payload in payloads().iter().chain(&inputs()) {
        let Ok(uri) = payload.parse::<http::Uri>() else {
            continue;
        };
        if !payload.starts_with('/') || uri.authority().is_some() {
            continue;
        }
        let answer = send(&app, get(payload).header("accept", "text/html")).await;
        if answer.status == StatusCode::SEE_OTHER {
            stays(answer.header("location"), payload);
            for (_, value) in followed(answer.header("location")).query_pairs() {
                stays(&value, payload);
            }
            asked += 1;
        }
    }
    assert!(asked > 300, "{asked}");
}
