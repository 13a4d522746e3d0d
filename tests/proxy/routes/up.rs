//! What goes up of a visitor's request.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::extract::connect_info::MockConnectInfo;
use http::request::Builder;
use portcullis_tests::{ORIGIN, get, post};

use super::{PROVIDER, Reply, SESSION, Site};
use crate::upstream::Asked;

/// What the upstream got of a request.
async fn asked(site: &Site, request: Builder) -> Asked {
    let answer = site.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    site.upstream.asked().pop().expect("a request")
}

fn named(asked: &Asked) -> Vec<&str> {
    let mut names: Vec<_> = asked.headers.keys().map(http::HeaderName::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_plain_request_says_little() {
    let site = Site::that_says(200);
    let asked = asked(&site, get("/api/auth/session")).await;
    assert_eq!(
        named(&asked),
        ["accept", "host", "x-forwarded-host", "x-forwarded-proto"]
    );
    assert_eq!(asked.header("accept"), "*/*");
    assert_eq!(
        asked.header("host"),
        site.upstream.url().trim_start_matches("http://")
    );
    assert_eq!(asked.header("x-forwarded-host"), "localhost:3000");
    assert_eq!(asked.header("x-forwarded-proto"), "http");
}

#[tokio::test]
async fn what_the_endpoints_need_goes_up_and_nothing_else() {
    let site = Site::with_options(
        |_| Reply::text("text/plain", ""),
        |options| {
            options
                .header("x-gateway-key", "key")
                .header("user-agent", "portcullis")
                .forward_header("x-tenant")
        },
    );
    let mut request = post("/api/auth/callback/credentials");
    for (name, value) in [
        ("accept", "text/html"),
        ("accept", "application/json"),
        ("accept-language", "de"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("user-agent", "Netscape"),
        ("x-auth-return-redirect", "1"),
        ("authorization", "Basic dTpw"),
        ("cookie", SESSION),
        ("x-tenant", "a"),
        ("x-tenant", "b"),
        ("x-gateway-key", "guessed"),
        // None of these is anybody else's business.
        ("host", "evil.example"),
        ("accept-encoding", "gzip"),
        ("referer", "http://localhost:3000/secret"),
        ("origin", "http://127.0.0.1:3000"),
        ("range", "bytes=0-1"),
        ("if-none-match", "x"),
        ("forwarded", "for=1.2.3.4;host=evil.example"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-port", "1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("x-real-ip", "1.2.3.4"),
        ("x-original-url", "/admin"),
        ("x-http-method-override", "DELETE"),
        ("x-middleware-subrequest", "middleware"),
        ("te", "trailers"),
        ("keep-alive", "timeout=5"),
        ("proxy-authorization", "Basic dTpw"),
        ("proxy-connection", "keep-alive"),
        ("trailer", "x-tenant"),
        ("upgrade", "h2c"),
        ("connection", "upgrade, keep-alive"),
        ("expect", "100-continue"),
    ] {
        request = request.header(name, value);
    }
    let asked = asked(&site, request).await;
    assert_eq!(
        named(&asked),
        [
            "accept",
            "accept-language",
            "authorization",
            "content-length",
            "content-type",
            "cookie",
            "host",
            "origin",
            "user-agent",
            "x-auth-return-redirect",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-gateway-key",
            "x-tenant",
        ]
    );
    assert_eq!(asked.header("accept"), "text/html, application/json");
    assert_eq!(asked.header("accept-language"), "de");
    assert_eq!(asked.header("authorization"), "Basic dTpw");
    assert_eq!(asked.header("cookie"), SESSION);
    assert_eq!(asked.header("x-tenant"), "a, b");
    assert_eq!(asked.header("x-forwarded-host"), "localhost:3000");
    assert_eq!(asked.header("x-forwarded-proto"), "http");
    assert_eq!(asked.header("user-agent"), "portcullis");
    assert_eq!(asked.header("x-gateway-key"), "key");
    assert_eq!(asked.header("content-length"), "0");
    assert_eq!(asked.header("origin"), ORIGIN);
}

/// Whether that is one that counts has been decided here.
#[tokio::test]
async fn the_origin_that_goes_up_is_ours() {
    let site = Site::that_says(200);
    for origin in [None, Some("http://[::1]:3000"), Some(PROVIDER)] {
        for (request, expected) in [
            (get("/api/auth/callback/apple"), ""),
            (post("/api/auth/callback/apple"), ORIGIN),
        ] {
            let request = match origin {
                Some(origin) => request.header("origin", origin),
                None => request,
            };
            let asked = asked(&site, request).await;
            assert_eq!(asked.header("origin"), expected, "{origin:?}");
        }
    }
}

#[tokio::test]
async fn what_is_for_one_hop_goes_no_further() {
    let site = Site::with_options(
        |_| Reply::text("text/plain", ""),
        |options| options.forward_header("x-tenant"),
    );
    let request = get("/api/auth/session")
        .header("connection", "close, X-Tenant")
        .header("connection", "accept-language,Authorization , cookie")
        .header("x-tenant", "a")
        .header("accept-language", "de")
        .header("authorization", "Bearer a")
        .header("cookie", SESSION)
        .header("user-agent", "Netscape");
    let asked = asked(&site, request).await;
    assert_eq!(
        named(&asked),
        [
            "accept",
            "host",
            "user-agent",
            "x-forwarded-host",
            "x-forwarded-proto",
        ]
    );
}

#[tokio::test]
async fn the_visitors_address_is_told_as_far_as_it_is_known() {
    let site = Site::configured(
        |_| Reply::text("text/plain", ""),
        |options| options,
        |builder| builder.trusted_proxies(["10.0.0.0/8"]),
    );
    let from = |address: &str, told: &str| {
        let address: SocketAddr = address.parse().expect("an address");
        let request = get("/api/auth/session").header("x-forwarded-for", told);
        request.extension(ConnectInfo(address))
    };
    for (address, told, expected) in [
        ("192.0.2.1:5000", "1.2.3.4", "192.0.2.1"),
        ("10.0.0.1:5000", "6.6.6.6, 192.0.2.2", "192.0.2.2"),
        ("10.0.0.1:5000", "6.6.6.6, 192.0.2.2, 10.9.9.9", "192.0.2.2"),
        ("10.0.0.1:5000", "nonsense", "10.0.0.1"),
        ("[2001:db8::1]:5000", "1.2.3.4", "2001:db8::1"),
    ] {
        let asked = asked(&site, from(address, told)).await;
        assert_eq!(
            asked.header("x-forwarded-for"),
            expected,
            "{address} {told}"
        );
    }
    let address = SocketAddr::from(([192, 0, 2, 9], 1));
    let request = get("/api/auth/session").extension(MockConnectInfo(address));
    let asked = asked(&site, request).await;
    assert_eq!(asked.header("x-forwarded-for"), "192.0.2.9");
}
