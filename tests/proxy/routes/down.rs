//! What comes down of the upstream's answer.

use http::StatusCode;
use portcullis_tests::get;

use super::{Reply, Site};

fn names(headers: &http::HeaderMap) -> Vec<&str> {
    let mut names: Vec<_> = headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn status_and_body_are_the_upstreams() {
    for status in [
        200, 201, 204, 302, 304, 400, 401, 403, 404, 405, 429, 500, 503, 599,
    ] {
        let site = Site::new(move |_| {
            let head = format!("HTTP/1.1 {status} Whatever\r\ncontent-type: text/plain\r\n");
            let body = match status {
                204 | 304 => "\r\n",
                _ => "content-length: 4\r\n\r\ntold",
            };
            Reply::Raw(format!("{head}{body}").into_bytes())
        });
        let answer = site.send(get("/api/auth/error")).await;
        assert_eq!(answer.status.as_u16(), status);
        let expected = if matches!(status, 204 | 304) {
            ""
        } else {
            "told"
        };
        assert_eq!(answer.body, expected, "{status}");
        assert_eq!(answer.header("cache-control"), "private, no-store");
        // Also of a failure nothing is tried a second time.
        assert_eq!(site.upstream.count(), 1, "{status}");
    }
}

#[tokio::test]
async fn only_what_is_about_the_body_and_the_page_comes_down() {
    let site = Site::new(|_| {
        let mut reply = Reply::text("text/html", "<p>");
        for (name, value) in [
            ("allow", "GET"),
            ("content-encoding", "identity"),
            ("content-language", "de"),
            ("content-security-policy", "default-src 'none'"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("referrer-policy", "same-origin"),
            ("retry-after", "7"),
            ("vary", "accept"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            // Nobody asked for these.
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "*"),
            ("alt-svc", "h3=\":443\""),
            ("cache-control", "public, max-age=31536000"),
            ("clear-site-data", "\"*\""),
            ("content-disposition", "attachment"),
            ("etag", "x"),
            ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
            ("keep-alive", "timeout=5"),
            ("link", "<https://evil.example>; rel=preload"),
            ("pragma", "public"),
            ("proxy-authenticate", "Basic"),
            ("refresh", "0; url=https://evil.example"),
            ("server", "node"),
            ("service-worker-allowed", "/"),
            ("strict-transport-security", "max-age=0"),
            ("trailer", "x-a"),
            ("upgrade", "h2c"),
            ("www-authenticate", "Basic"),
            ("x-accel-redirect", "/secret"),
            ("x-powered-by", "Next.js"),
            ("x-sendfile", "/etc/passwd"),
        ] {
            reply = reply.with(name, value);
        }
        reply
    });
    let answer = site.send(get("/api/auth/signin")).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::OK, "<p>"));
    assert_eq!(
        names(&answer.headers),
        [
            "allow",
            "cache-control",
            "content-encoding",
            "content-language",
            "content-length",
            "content-security-policy",
            "content-type",
            "referrer-policy",
            "retry-after",
            "vary",
            "x-content-type-options",
            "x-frame-options",
        ]
    );
    let policies = answer.headers.get_all("content-security-policy");
    assert_eq!(policies.iter().count(), 2);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(answer.header("vary"), "accept");
}

#[tokio::test]
async fn what_is_for_one_hop_goes_no_further() {
    let site = Site::new(|_| {
        let reply = Reply::text("text/html", "<p>").with("connection", "Retry-After, set-cookie");
        let reply = reply.with("retry-after", "7").with("vary", "accept");
        reply.with("set-cookie", "authjs.state=a")
    });
    let answer = site.send(get("/api/auth/signin")).await;
    assert_eq!(
        names(&answer.headers),
        ["cache-control", "content-length", "content-type", "vary"]
    );
}

#[tokio::test]
async fn an_answer_with_the_session_cookie_depends_on_the_credential() {
    let site = Site::new(|_| {
        let reply = Reply::text("application/json", "{}").with("vary", "accept");
        reply.with("set-cookie", "authjs.session-token=new; Path=/")
    });
    let answer = site.send(get("/api/auth/session")).await;
    let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
    assert_eq!(vary, ["accept", "cookie, authorization"]);
    assert_eq!(answer.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn a_connection_does_not_become_another() {
    let head =
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let site = Site::new(move |_| Reply::Raw(head.into()));
    let request = get("/api/auth/session")
        .header("connection", "upgrade")
        .header("upgrade", "websocket");
    let answer = site.send(request).await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.code(), "store_unavailable");
}
