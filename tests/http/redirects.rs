//! The way to the sign-in page and back.

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{Pages, ReturnTo, Router, protected, public};
use portcullis_tests::{builder, get, post, send};
use url::form_urlencoded::byte_serialize;

use crate::app::App;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn anonymous_page_visits_go_to_the_sign_in_page_and_know_the_way_back() {
    for app in App::each().await {
        for request in [
            get("/page?x=1&y=%20").header("accept", BROWSER),
            get("/page?x=1&y=%20").header("sec-fetch-mode", "navigate"),
            http::Request::head("/page?x=1&y=%20").header("accept", BROWSER),
        ] {
            let answer = app.send(request).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER);
            assert_eq!(
                answer.header("location"),
                "/sign-in?callbackUrl=%2Fpage%3Fx%3D1%26y%3D%2520"
            );
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(
                answer.header("vary").contains("cookie")
                    && answer.header("vary").contains("accept")
            );
            assert_eq!(answer.header("www-authenticate"), "");
        }
        assert_eq!(app.runs.count(), 0);
    }
}

#[tokio::test]
async fn everything_but_a_page_visit_gets_401() {
    let app = App::jwt();
    let back = "/sign-in?callbackUrl=%2Fpage";
    for (request, location) in [
        (get("/page").header("accept", "application/json"), back),
        (get("/page"), back),
        (
            get("/page")
                .header("accept", BROWSER)
                .header("sec-fetch-mode", "cors"),
            back,
        ),
        (post("/page").header("accept", BROWSER), "/sign-in"),
        (
            post("/page")
                .header("sec-fetch-mode", "navigate")
                .header("sec-fetch-site", "same-origin"),
            "/sign-in",
        ),
    ] {
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("location"), location, "a hint for scripts");
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="app""#);
    }
}

#[tokio::test]
async fn a_page_of_its_own_keeps_its_query() {
    let app = App::jwt();
    let answer = app.send(get("/other-page").header("accept", BROWSER)).await;
    assert_eq!(
        answer.header("location"),
        "/other-door?lang=de&callbackUrl=%2Fother-page"
    );
}

#[protected(redirect)]
async fn guarded() {}

#[tokio::test]
async fn the_way_back_is_the_whole_path_of_a_nested_route() {
    let auth = builder(&Default::default())
        .pages(Pages::new().sign_in("/in"))
        .build()
        .expect("usable");
    let inner = Router::new().route("/deep/{id}", route_get(guarded));
    let app = Router::new()
        .nest("/outer", inner)
        .route("/in", route_get(guarded))
        .with_state(auth);
    let answer = send(&app, get("/outer/deep/7").header("accept", BROWSER)).await;
    assert_eq!(
        answer.header("location"),
        "/in?callbackUrl=%2Fouter%2Fdeep%2F7"
    );
    let the_sign_in_page_itself = send(&app, get("/in").header("accept", BROWSER)).await;
    assert_eq!(
        the_sign_in_page_itself.status,
        StatusCode::UNAUTHORIZED,
        "no loop"
    );
}

#[tokio::test]
async fn a_path_that_could_leave_the_site_is_no_way_back() {
    let auth = builder(&Default::default()).build().expect("usable");
    let app = Router::new()
        .route("/{*path}", route_get(guarded))
        .with_state(auth);
    for path in [
        "//evil.example",
        "/a%2f%2fevil",
        "/%5cevil",
        "/a%0d%0aSet-Cookie:x",
        "/a//b",
    ] {
        let answer = send(&app, get(path).header("accept", BROWSER)).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/sign-in"),
            "{path}"
        );
    }
}

#[public(reason = "tells the way back")]
async fn told(return_to: ReturnTo) -> String {
    return_to.to_string()
}

#[tokio::test]
async fn an_address_of_this_site_is_a_way_back() {
    for (origin, address, expected) in [
        (
            "http://localhost:3000",
            "http://localhost:3000/a?b#c",
            "/a?b#c",
        ),
        ("http://localhost:3000", "http://127.0.0.1:3000/a", "/a"),
        ("http://localhost:3000", "http://[::1]:3000/a", "/a"),
        ("http://localhost:3000", "http://localhost:3000", "/"),
        ("http://localhost:3000", "http://localhost:3000/", "/"),
        ("http://localhost:3000", "http://localhost:3001/a", "/"),
        ("http://localhost:3000", "http://localhost:30001/a", "/"),
        ("http://localhost:3000", "https://localhost:3000/a", "/"),
        (
            "http://localhost:3000",
            "http://localhost:3000@evil.example/a",
            "/",
        ),
        (
            "http://localhost:3000",
            "http://localhost:3000.evil.example/a",
            "/",
        ),
        (
            "http://localhost:3000",
            "http://localhost:3000//evil.example",
            "/",
        ),
        (
            "http://localhost:3000",
            "http://localhost:3000/\\evil.example",
            "/",
        ),
        (
            "http://localhost:3000",
            "http://localhost:3000/.//evil.example",
            "/",
        ),
        ("http://localhost:3000", "http://localhost:3000\t/a", "/"),
        ("http://localhost:3000", "blob:http://localhost:3000/a", "/"),
        ("https://app.example", "https://app.example/a", "/a"),
        ("https://app.example", "http://app.example/a", "/"),
        (
            "https://app.example",
            "https://app.example.evil.example/a",
            "/",
        ),
        ("https://app.example", "https://user@app.example/a", "/"),
    ] {
        let auth = builder(&Default::default()).origin(origin).build();
        let app = Router::new()
            .route("/told", route_get(told))
            .with_state(auth.expect("usable"));
        let query: String = byte_serialize(address.as_bytes()).collect();
        let answer = send(&app, get(&format!("/told?callbackUrl={query}"))).await;
        assert_eq!(answer.body, expected, "{address}");
    }
}

#[test]
fn paths_that_resolve_to_another_site_are_refused() {
    for path in [
        "/.//evil.example",
        "/..//evil.example",
        "/%2e%2e//evil.example",
        "/a/..//evil.example",
        "",
        "/\t/a",
    ] {
        assert_eq!(ReturnTo::from(path).as_str(), "/", "{path}");
    }
    for path in ["/", "/a?b=//c#d", "/%C3%A9?q=%2F"] {
        assert_eq!(ReturnTo::from(path).as_str(), path);
    }
    assert_eq!(
        ReturnTo::from(format!("/{}", "a".repeat(2048)).as_str()).as_str(),
        "/"
    );
}
