//! What the upstream is told of a visitor's request.

use std::collections::HashMap;

use portcullis::{Profile, ProxyOptions};
use portcullis_tests::get;

use crate::app::{App, BEARER, COOKIE, session};
use crate::upstream::{Asked, Upstream};

/// The names of all headers of a request, in order.
fn names(asked: &Asked) -> Vec<&str> {
    let mut names: Vec<_> = asked.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    names
}

/// What the upstream hears of one visit.
async fn heard(
    options: impl FnOnce(ProxyOptions) -> ProxyOptions,
    request: http::request::Builder,
) -> Asked {
    let upstream = Upstream::with_session(session());
    let answer = App::new(options(upstream.options())).send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    upstream.only()
}

/// A visitor who says much.
fn talkative() -> http::request::Builder {
    get("/me?x=1")
        .header("cookie", format!("theme=dark; {COOKIE}; csrf-token=c"))
        .header("host", "evil.example")
        .header("connection", "keep-alive, x-hop")
        .header("x-hop", "of one connection")
        .header("te", "trailers")
        .header("accept", "text/html")
        .header("accept-language", "de")
        .header("user-agent", "Lynx")
        .header("origin", "http://localhost:3000")
        .header("referer", "http://localhost:3000/secret")
        .header("forwarded", "host=evil.example")
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("x-tenant", "one")
}

#[tokio::test]
async fn nothing_goes_up_but_the_credential() {
    let asked = heard(|options| options, talkative()).await;
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("GET", "/api/auth/session")
    );
    assert!(asked.body.is_empty());
    let expected = [
        "accept",
        "cookie",
        "host",
        "x-forwarded-host",
        "x-forwarded-proto",
    ];
    assert_eq!(names(&asked), expected);
    assert_eq!(asked.header("cookie"), COOKIE);
    assert_eq!(asked.header("accept"), "application/json");
    assert_eq!(asked.header("x-forwarded-host"), "localhost:3000");
    assert_eq!(asked.header("x-forwarded-proto"), "http");
    assert!(asked.header("host").starts_with("127.0.0.1:"));
}

#[tokio::test]
async fn the_origin_is_told_as_visitors_know_it() {
    let upstream = Upstream::with_session(session());
    let app = App::configured(upstream.options(), |builder| {
        builder.origin("https://app.example:8443")
    });
    app.send(talkative().header("cookie", "__Host-session=hers"))
        .await;
    let asked = upstream.only();
    assert_eq!(asked.header("x-forwarded-host"), "app.example:8443");
    assert_eq!(asked.header("x-forwarded-proto"), "https");
    assert_eq!(asked.header("cookie"), "__Host-session=hers");
}

#[tokio::test]
async fn the_credential_goes_up_that_decides() {
    let both = get("/me")
        .header("cookie", COOKIE)
        .header("authorization", "Bearer his");
    let asked = heard(|options| options, both).await;
    assert_eq!(asked.header("authorization"), "Bearer his");
    // The session endpoint of Auth.js looks at cookies alone.
    assert_eq!(asked.header("cookie"), "session=his");

    let upstream = Upstream::with_session(session());
    let app = App::configured(upstream.options(), |builder| {
        builder.profile(Profile::AuthJsV5)
    });
    let both = get("/me").header("authorization", "Bearer his");
    app.send(both.header("cookie", "authjs.session-token=hers"))
        .await;
    let asked = upstream.only();
    assert_eq!(asked.header("authorization"), "");
    assert_eq!(asked.header("cookie"), "authjs.session-token=hers");
}

#[tokio::test]
async fn a_long_bearer_token_goes_up_in_chunks() {
    let upstream = Upstream::with_session(session());
    let app = App::configured(upstream.options(), |builder| {
        builder.profile(Profile::AuthJsV5)
    });
    let token = "t".repeat(5000);
    let answer = app
        .send(get("/me").header("authorization", format!("Bearer {token}")))
        .await;
    assert_eq!(answer.status, 200);
    let asked = upstream.only();
    let (first, rest) = token.split_at(3936);
    let name = "authjs.session-token";
    assert_eq!(
        asked.header("cookie"),
        format!("{name}.0={first}; {name}.1={rest}")
    );
    assert_eq!(asked.header("authorization"), format!("Bearer {token}"));
}

#[tokio::test]
async fn configured_headers_go_with_each_request() {
    let options = |options: ProxyOptions| {
        let options = options.header("X-Gateway-Key", "open sesame");
        options.header("x-hop", "one").header("x-hop", "two")
    };
    let request = get("/me")
        .header("authorization", BEARER)
        .header("x-gateway-key", "forged");
    let asked = heard(options, request).await;
    assert_eq!(asked.header("x-gateway-key"), "open sesame");
    assert_eq!(asked.header("x-hop"), "one, two");
}

#[tokio::test]
async fn listed_headers_are_handed_on_from_the_request() {
    let options = |options: ProxyOptions| {
        let options = options
            .forward_header("X-Tenant")
            .forward_header("accept-language");
        options
            .forward_header("user-agent")
            .forward_header("x-absent")
            .forward_header("x-hop")
            .forward_header("x-tenant")
    };
    let request = talkative().header("x-tenant", "two");
    let asked = heard(options, request).await;
    assert_eq!(asked.header("x-tenant"), "one, two");
    assert_eq!(asked.header("accept-language"), "de");
    assert_eq!(asked.header("user-agent"), "Lynx");
    assert!(!asked.headers.contains_key("x-absent"));
    assert!(!asked.headers.contains_key("x-hop"));
    assert_eq!(asked.header("x-forwarded-host"), "localhost:3000");
}

#[tokio::test]
async fn listed_headers_are_known_to_whoever_has_headers_only() {
    let upstream = Upstream::with_session(session());
    let auth = App::new(upstream.options().forward_header("x-tenant")).auth;
    let (parts, ()) = talkative().body(()).expect("a request").into_parts();
    let told = auth.get_server_session(&parts).await.expect("an answer");
    assert!(told.is_some());
    assert!(
        auth.get_server_session(&parts.headers)
            .await
            .expect("an answer")
            .is_some()
    );
    let pairs = [("Cookie", COOKIE), ("X-Tenant", "one"), ("x-other", "no")];
    assert!(
        auth.get_server_session(&pairs)
            .await
            .expect("an answer")
            .is_some()
    );
    let map: HashMap<_, _> = pairs.into();
    assert!(auth.get_token(&map).await.expect("an answer").is_some());
    assert_eq!(upstream.count(), 4);
    for asked in upstream.asked() {
        assert_eq!(asked.header("x-tenant"), "one");
        assert_eq!(asked.header("cookie"), COOKIE);
        assert!(!asked.headers.contains_key("x-other"));
    }
    let nobody = auth.get_server_session(()).await.expect("an answer");
    assert!(nobody.is_none());
    assert_eq!(upstream.count(), 4);
}

#[tokio::test]
async fn a_listed_header_of_one_connection_goes_no_further_whoever_asks() {
    let upstream = Upstream::with_session(session());
    let app = App::new(upstream.options().forward_header("x-tenant"));
    let request = talkative().header("connection", "X-Tenant");
    let (parts, ()) = request.body(()).expect("a request").into_parts();
    let pairs = [
        ("Cookie", COOKIE),
        ("Connection", "close, x-tenant"),
        ("x-tenant", "one"),
    ];
    let (auth, map) = (&app.auth, HashMap::from(pairs));
    let told = [
        auth.get_server_session(&parts).await,
        auth.get_server_session(&parts.headers).await,
        auth.get_server_session(&pairs).await,
        auth.get_server_session(&map).await,
    ];
    assert!(told.iter().all(|told| matches!(told, Ok(Some(_)))));
    for path in ["/me", "/shown"] {
        let request = get(path).header("connection", "x-tenant");
        let request = request.header("cookie", COOKIE).header("x-tenant", "one");
        assert_eq!(app.send(request).await.status, 200, "{path}");
    }
    assert_eq!(upstream.count(), 6);
    for asked in upstream.asked() {
        assert_eq!(asked.header("cookie"), COOKIE);
        assert!(!asked.headers.contains_key("x-tenant"), "{asked:?}");
        assert!(!asked.headers.contains_key("connection"), "{asked:?}");
    }
}

#[tokio::test]
async fn the_upstream_is_asked_where_its_endpoints_are() {
    for (here, there, target) in [
        (None, None, "/api/auth/session"),
        (Some("/auth"), None, "/auth/session"),
        (Some("/auth"), Some("/in/api/auth"), "/in/api/auth/session"),
        (None, Some("/in"), "/in/session"),
    ] {
        let upstream = Upstream::with_session(session());
        let mut options = upstream.options();
        if let Some(there) = there {
            options = options.target_base_path(there);
        }
        let app = App::configured(options, |builder| match here {
            Some(here) => builder.base_path(here),
            None => builder,
        });
        assert_eq!(app.visit("/me").await.status, 200);
        assert_eq!(upstream.only().target, target);
    }
}

#[tokio::test]
async fn an_address_may_be_written_in_other_ways() {
    let upstream = Upstream::with_session(session());
    let url = upstream.url();
    for written in [
        format!("{url}/"),
        format!(" {url}\t\n"),
        url.replace("http:", "HTTP:"),
        url.replace("//", ""),
    ] {
        let app = App::new(ProxyOptions::new(&written));
        assert_eq!(app.visit("/me").await.status, 200, "{written:?}");
    }
    for asked in upstream.asked() {
        assert_eq!(asked.target, "/api/auth/session");
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let upstream = Upstream::with_session(session());
    let app = App::new(upstream.options());
    for _ in 0..5 {
        assert_eq!(app.visit("/me").await.status, 200);
    }
    assert_eq!((upstream.count(), upstream.connections()), (5, 1));
}
