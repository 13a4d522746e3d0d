//! Where the upstream's answers may lead.

use portcullis_tests::{Answer, Log, get, post};

use super::{PROVIDER, Reply, SESSION, Site, here};

/// An upstream that sends everybody there.
fn leading(locations: &[&str]) -> Site {
    let locations: Vec<_> = locations
        .iter()
        .map(|location| (*location).to_owned())
        .collect();
    Site::new(move |_| sent(&locations, "302 Found"))
}

fn sent(locations: &[String], status: &str) -> Reply {
    let mut head = format!("HTTP/1.1 {status}\r\nset-cookie: authjs.state=s; Path=/\r\n");
    for location in locations {
        head.push_str(&format!("location: {location}\r\n"));
    }
    Reply::Raw(format!("{head}content-length: 0\r\n\r\n").into_bytes())
}

fn is_refused(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 502, "{what}");
    assert_eq!(answer.code(), "upstream_location", "{what}");
    assert!(answer.headers.get("location").is_none(), "{what}");
    assert!(answer.cookies().is_empty(), "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert!(!answer.body.contains("evil"), "{what}");
}

#[tokio::test]
async fn home_the_endpoints_and_providers_are_passed_on() {
    for (location, expected) in [
        ("/after?a=b#c", here("/after?a=b#c")),
        ("http://localhost:3000/after", here("/after")),
        ("http://127.0.0.1:3000/after", here("/after")),
        ("error?error=x", here("/api/auth/callback/error?error=x")),
        (
            "https://id.example/authorize?a=b",
            format!("{PROVIDER}/authorize?a=b"),
        ),
    ] {
        let site = leading(&[location]);
        let answer = site.send(get("/api/auth/callback/google")).await;
        assert_eq!(answer.status, 302, "{location}");
        assert_eq!(answer.header("location"), expected, "{location}");
        assert_eq!(answer.cookies(), ["authjs.state=s; Path=/"]);
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn an_address_of_the_upstream_becomes_ours() {
    let site = Site::with_options(
        |asked| {
            let host = asked.header("host");
            let to = asked.target.split_once("to=").expect("a query").1;
            let to = to.replace("UPSTREAM", &format!("http://{host}"));
            sent(&[to], "303 See Other")
        },
        |options| options.target_base_path("/auth"),
    );
    for (location, expected) in [
        ("UPSTREAM/auth/error?error=x", "/api/auth/error?error=x"),
        ("/auth/signin", "/api/auth/signin"),
        ("http://localhost:3000/auth/signin", "/api/auth/signin"),
        ("/authors", "/authors"),
    ] {
        let answer = site
            .send(get(&format!("/api/auth/signin?to={location}")))
            .await;
        assert_eq!(answer.status, 303, "{location}");
        assert_eq!(answer.header("location"), here(expected), "{location}");
    }
    for location in ["UPSTREAM/", "UPSTREAM/admin", "UPSTREAM/auth/../admin"] {
        let answer = site
            .send(get(&format!("/api/auth/signin?to={location}")))
            .await;
        is_refused(&answer, location);
    }
}

#[tokio::test]
async fn what_leads_elsewhere_is_502() {
    for location in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example",
        "https://localhost:3000/",
        "http://localhost:3001/",
        "http://localhost:3000@evil.example/",
        "http://user:password@localhost:3000/",
        "https://user@id.example/",
        "https://id.example.evil.example/",
        "http://id.example/",
        "javascript:alert('evil')",
        "data:text/html,evil",
        "blob:http://localhost:3000/evil",
        "http://[evil",
        "/\u{fc}vil",
    ] {
        let site = leading(&[location]);
        is_refused(&site.send(get("/api/auth/signin/google")).await, location);
        let form = post("/api/auth/signin/google").header("origin", "http://localhost:3000");
        is_refused(&site.send(form).await, location);
    }
    let answer = leading(&["/a", "/b"]).send(get("/api/auth/signin")).await;
    is_refused(&answer, "two locations");
}

#[tokio::test]
async fn every_status_is_looked_at() {
    for status in [
        "200 OK",
        "201 Created",
        "301 Moved",
        "307 T",
        "308 P",
        "404 N",
        "500 E",
    ] {
        let locations = vec!["https://evil.example/".to_owned()];
        let site = Site::new(move |_| sent(&locations, status));
        is_refused(&site.send(get("/api/auth/signin")).await, status);
    }
}

#[tokio::test]
async fn the_refusal_is_for_people_and_for_the_log() {
    let log = Log::default();
    let logging = log.start();
    let site = leading(&["https://evil.example/path?code=secret-code#secret-fragment"]);
    let request = get("/api/auth/callback/google?code=secret-query");
    let request = request
        .header("accept", "text/html")
        .header("cookie", SESSION);
    let answer = site.send(request).await;
    drop(logging);
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(!answer.body.contains("evil"), "{}", answer.body);
    let text = log.text();
    let line = text
        .lines()
        .find(|line| line.contains("portcullis::upstream"));
    let line = line.expect("a line of the log");
    assert!(line.contains("https://evil.example") && line.contains("/callback/google"));
    assert!(
        !line.contains("secret") && !line.contains("hers-alone"),
        "{line}"
    );
}

#[tokio::test]
async fn a_visitor_of_a_loopback_address_stays_there() {
    let site = leading(&["http://localhost:3000/after"]);
    let request = get("/api/auth/signin").header("host", "127.0.0.1:3000");
    let answer = site.send(request).await;
    assert_eq!(answer.header("location"), "http://127.0.0.1:3000/after");
    let request = get("/api/auth/signin").header("host", "evil.example");
    let answer = site.send(request).await;
    assert_eq!(answer.header("location"), here("/after"));
}

#[tokio::test]
async fn whoever_signs_out_is_out_wherever_the_upstream_would_send_them() {
    const REMOVED: &str = "authjs.session-token=; Path=/; Max-Age=0";
    let leading = |cookie: &'static str| {
        Site::new(move |_| {
            let reply = Reply::status(http::StatusCode::FOUND);
            let reply = reply.with("location", "https://evil.example/bye");
            let other = "authjs.callback-url=https%3A%2F%2Fevil.example; Path=/";
            reply.with("set-cookie", other).with("set-cookie", cookie)
        })
    };
    let sign_out = || post("/api/auth/signout").header("cookie", SESSION);
    let answer = leading(REMOVED).send(sign_out()).await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.cookies(), [REMOVED]);
    let another = "authjs.session-token=another; Path=/";
    is_refused(&leading(another).send(sign_out()).await, another);
}
