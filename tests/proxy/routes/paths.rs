//! Which requests are forwarded, and to which address.

use axum::body::Body;
use http::{Method, Request};
use portcullis_tests::{Untouchable, get, post};

use super::{Reply, Site};

/// Every route, and whether it takes GET and POST.
const ROUTES: [(&str, bool, bool); 13] = [
    ("/session", true, true),
    ("/csrf", true, false),
    ("/providers", true, false),
    ("/signin", true, true),
    ("/signin/google", true, true),
    ("/callback/google", true, true),
    ("/callback/My-OIDC_2", true, true),
    ("/signout", true, true),
    ("/error", true, false),
    ("/verify-request", true, false),
    ("/webauthn-options", true, false),
    ("/webauthn-options/passkey", true, false),
    ("/_log", false, true),
];

#[tokio::test]
async fn every_route_goes_to_its_own_address_up_there() {
    for base in ["/api/auth", "/auth", "/a/b/c"] {
        let site = Site::with_options(
            |_| Reply::text("text/plain", "told"),
            |options| options.target_base_path(base),
        );
        for (path, gets, posts) in ROUTES {
            for (method, takes) in [
                (Method::GET, gets),
                (Method::POST, posts),
                (Method::PUT, false),
                (Method::DELETE, false),
                (Method::PATCH, false),
                (Method::OPTIONS, false),
                (Method::TRACE, false),
            ] {
                let before = site.upstream.count();
                let request = Request::builder().method(method.clone());
                let request = request.uri(format!("/api/auth{path}"));
                let answer = site.send(request).await;
                let asked = site.upstream.asked();
                let asked = &asked[before..];
                if takes {
                    assert_eq!((answer.status.as_u16(), &*answer.body), (200, "told"));
                    let [asked] = asked else {
                        panic!("{method} {path}: {asked:?}")
                    };
                    assert_eq!(asked.method, method);
                    assert_eq!(asked.target, format!("{base}{path}"));
                } else {
                    assert!(asked.is_empty(), "{method} {path}: {asked:?}");
                    assert_eq!(answer.status, 405, "{method} {path}");
                    let allowed = match (gets, posts) {
                        (true, true) => "GET, HEAD, POST",
                        (true, false) => "GET, HEAD",
                        _ => "POST",
                    };
                    assert_eq!(answer.header("allow"), allowed, "{method} {path}");
                    assert_eq!(answer.code(), "method_not_allowed");
                }
            }
        }
    }
}

#[tokio::test]
async fn head_is_forwarded_where_get_is_a_route() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 1234\r\n\r\n";
    let site = Site::new(move |_| Reply::Raw(head.into()));
    let answer = site.send(Request::head("/api/auth/signin")).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, ""));
    assert_eq!(answer.header("content-length"), "1234");
    assert_eq!(site.upstream.only().method, Method::HEAD);
    let answer = site.send(Request::head("/api/auth/_log")).await;
    assert_eq!(answer.status, 405);
    assert_eq!(site.upstream.count(), 1);
}

#[tokio::test]
async fn nothing_else_is_forwarded() {
    let site = Site::that_says(200);
    let long = format!("/api/auth/callback/{}", "a".repeat(65));
    let mut paths = vec![
        "/api/auth",
        "/api/auth/",
        "/api/auth/nothing",
        "/api/auth/session/",
        "/api/auth/session/a",
        "/api/auth/session;a=b",
        "/api/auth/Session",
        "/api/auth/%73ession",
        "/api/auth//session",
        "/api/auth/./session",
        "/api/auth/../session",
        "/api/auth/../../admin",
        "/api/auth/signin/../session",
        "/api/auth/signin/%2e%2e/session",
        "/api/auth/signin/",
        "/api/auth/signin//",
        "/api/auth/signin/..",
        "/api/auth/signin/%2e%2e",
        "/api/auth/signin/.%2E/.%2e/admin",
        "/api/auth/callback",
        "/api/auth/callback/",
        "/api/auth/callback/a.b",
        "/api/auth/callback/..",
        "/api/auth/callback/../../../admin",
        "/api/auth/callback/a/../b",
        "/api/auth/callback/a/b",
        "/api/auth/callback/a%2fb",
        "/api/auth/callback/a%2Fb",
        "/api/auth/callback/a%5cb",
        "/api/auth/callback/a;b",
        "/api/auth/callback/a@evil.example",
        "/api/auth/callback/a:b",
        "/api/auth/callback/a%00",
        "/api/auth/callback/%C3%BC",
        "/api/auth/callback/a%20b",
        "/api/auth/callback/*",
        "/api/auth/webauthn-options/",
    ];
    paths.push(&long);
    for path in paths {
        for request in [get(path), post(path)] {
            let answer = site.send_body(request, Body::new(Untouchable)).await;
            assert_eq!(answer.status, 404, "{path}");
            assert_eq!(answer.code(), "no_such_endpoint", "{path}");
            assert!(
                answer.header("cache-control").contains("no-store"),
                "{path}"
            );
        }
    }
    let answer = site
        .send(get("/api/auth/nothing").header("accept", "text/html"))
        .await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(site.upstream.count(), 0);
}

#[tokio::test]
async fn the_longest_id_of_a_provider_is_forwarded() {
    let site = Site::that_says(200);
    let path = format!("/api/auth/callback/{}", "a".repeat(64));
    assert_eq!(site.send(get(&path)).await.status, 200);
    assert_eq!(site.upstream.only().target, path);
}

#[tokio::test]
async fn the_query_says_the_same_over_there() {
    let site = Site::that_says(200);
    let same = [
        "",
        "code=a%2Fb&state=x%20y+z&&=&a[]=1",
        "callbackUrl=https%3A%2F%2Fapp.example%2F..%2F%2e%2e",
        "a=/../..//%5c;b?c?d",
        "code=4/0AX4XfWh-~_.!*()$,:@",
        "a=%zz&b={|}^`",
    ];
    // It is written in another way, to whoever does not decode it.
    let escaped = ("name=o'hara", "name=o%27hara");
    for (query, expected) in same
        .map(|query| (query, query))
        .into_iter()
        .chain([escaped])
    {
        let path = "/api/auth/callback/google";
        let visited = site.send(get(&format!("{path}?{query}"))).await;
        assert_eq!(visited.status, 200, "{query}");
        let asked = site.upstream.asked();
        let asked = asked.last().expect("a request");
        assert_eq!(asked.target, format!("{path}?{expected}"));
    }
}
