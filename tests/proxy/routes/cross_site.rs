//! Requests that another site's page makes a browser send.

use portcullis_tests::{ORIGIN, get, post, send};

use super::{EVIL, PROVIDER, Site};

#[tokio::test]
async fn only_the_page_of_a_provider_may_post_to_a_callback() {
    let site = Site::that_says(200);
    for (origin, fetched, elsewhere, callback) in [
        (Some(ORIGIN), Some("same-origin"), 200, 200),
        (Some(ORIGIN), None, 200, 200),
        (None, None, 200, 200),
        (Some(PROVIDER), Some("cross-site"), 403, 200),
        (Some(PROVIDER), None, 403, 200),
        (Some(EVIL), Some("cross-site"), 403, 403),
        (Some(EVIL), None, 403, 403),
        (Some("null"), Some("cross-site"), 403, 403),
        (Some("null"), None, 403, 403),
        (Some("https://id.example:8443"), None, 403, 403),
        (Some("http://id.example"), None, 403, 403),
        (Some("https://id.example.evil.example"), None, 403, 403),
        (None, Some("cross-site"), 403, 403),
        (None, Some("same-site"), 403, 403),
    ] {
        for (path, expected) in [
            ("/api/auth/callback/apple", callback),
            ("/api/auth/callback/credentials-2", callback),
            ("/api/auth/callback/credentials", elsewhere),
            ("/api/auth/signin/apple", elsewhere),
            ("/api/auth/signout", elsewhere),
            ("/api/auth/session", elsewhere),
            ("/api/auth/_log", elsewhere),
        ] {
            let before = site.upstream.count();
            let mut request = post(path);
            for (name, value) in [("origin", origin), ("sec-fetch-site", fetched)] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            let answer = site.send(request).await;
            assert_eq!(answer.status, expected, "{path} {origin:?} {fetched:?}");
            let forwarded = usize::from(expected == 200);
            assert_eq!(site.upstream.count() - before, forwarded, "{path}");
            if expected == 403 {
                assert_eq!(answer.code(), "cross_site");
            }
        }
    }
}

#[tokio::test]
async fn a_provider_may_do_nothing_else() {
    let site = Site::that_says(200);
    let from = |request: http::request::Builder| {
        let request = request.header("origin", PROVIDER);
        request.header("sec-fetch-site", "cross-site")
    };
    // What looks like a callback is none.
    for path in [
        "/api/auth/callback",
        "/api/auth/callback/",
        "/api/auth/callback/a.b",
        "/api/auth//callback/apple",
        "/api/auth/callback/apple/",
        "/me",
    ] {
        let answer = site.send(from(post(path))).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.code(), "cross_site", "{path}");
    }
    let put = http::Request::put("/api/auth/callback/apple");
    assert_eq!(site.send(from(put)).await.status, 403);
    let socket = from(get("/api/auth/callback/apple")).header("upgrade", "websocket");
    assert_eq!(site.send(socket).await.status, 403);
    let two = from(post("/api/auth/callback/apple")).header("origin", PROVIDER);
    assert_eq!(site.send(two).await.status, 403);
    assert_eq!(site.upstream.count(), 0);
    // Links from there are links like any other.
    assert_eq!(
        site.send(from(get("/api/auth/callback/apple")))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn two_origins_are_nobodys() {
    let site = Site::that_says(200);
    let request = post("/api/auth/callback/apple")
        .header("origin", PROVIDER)
        .header("origin", EVIL);
    assert_eq!(send(&site.app.router, request).await.status, 403);
}
