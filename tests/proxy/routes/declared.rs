//! What the router says of itself, and who is let through to it.

use portcullis::{Auth, AuthBuilder, Router, guard};
use portcullis_tests::{ORIGIN, get, post, send};

use super::{Reply, SESSION, Site};

fn rows(router: &Router) -> Vec<String> {
    let matrix = router.access_matrix();
    let entries = matrix.entries().iter();
    let entries = entries.filter(|entry| entry.path().starts_with("/api/auth"));
    entries
        .map(|entry| format!("{} {}: {}", entry.methods(), entry.path(), entry.rule()))
        .collect()
}

#[tokio::test]
async fn the_access_matrix_says_that_routes_are_forwarded() {
    let site = Site::that_says(200);
    let rows = rows(&site.app.router);
    assert_eq!(rows.len(), 13, "{rows:#?}");
    for (methods, path) in [
        ("GET, POST", "/session"),
        ("GET, POST", "/signin/{provider}"),
        ("GET, POST", "/callback/{provider}"),
        ("POST", "/_log"),
        ("GET", "/webauthn-options/{provider}"),
    ] {
        let start = format!("{methods} /api/auth{path}: public: forwarded to the upstream: ");
        assert!(
            rows.iter().any(|row| row.starts_with(&start)),
            "{start} {rows:#?}"
        );
    }
    let rest = "* /api/auth/*: public: says that there is no such endpoint";
    assert!(rows.iter().any(|row| row == rest), "{rows:#?}");
}

#[tokio::test]
async fn a_router_of_the_process_says_that_either_may_answer() {
    let router: Router = Router::new()
        .merge(Auth::global().router())
        .with_state(Auth::global());
    let rows = rows(&router);
    assert_eq!(rows.len(), 13, "{rows:#?}");
    let session =
        "GET, POST /api/auth/session: public: answered here, or forwarded to an upstream: ";
    assert!(rows.iter().any(|row| row.starts_with(session)), "{rows:#?}");
}

#[tokio::test]
async fn a_layer_lets_everybody_through_to_the_routes_and_to_nothing_else() {
    let site = Site::that_says(200);
    let auth = &site.app.auth;
    let router: Router = Router::new()
        .merge(auth.router())
        .layer(auth.require(guard!(role = "admin")))
        .with_state(auth.clone());
    for (request, expected) in [
        (get("/api/auth/session"), 200),
        (http::Request::head("/api/auth/session"), 200),
        (post("/api/auth/session"), 200),
        (post("/api/auth/callback/google"), 200),
        (get("/api/auth/webauthn-options/passkey"), 200),
        (post("/api/auth/_log"), 200),
        (get("/api/auth/_log"), 401),
        (http::Request::head("/api/auth/_log"), 401),
        (http::Request::put("/api/auth/session"), 401),
        (get("/api/auth/nothing"), 401),
        (get("/api/auth/callback/a.b"), 401),
        (get("/api/auth/callback/a/b"), 401),
        (get("/api/auth/session/"), 401),
    ] {
        let what = format!("{:?} {:?}", request.method_ref(), request.uri_ref());
        assert_eq!(send(&router, request).await.status, expected, "{what}");
    }
}

#[tokio::test]
async fn a_session_can_be_updated() {
    let site = Site::new(|asked| {
        let reply = Reply::text("application/json", asked.body.clone());
        reply.with(
            "set-cookie",
            "authjs.session-token=updated; Path=/; HttpOnly",
        )
    });
    let update = r#"{"csrfToken":"c","data":{"name":"Ada"}}"#;
    let request = post("/api/auth/session")
        .header("content-type", "application/json")
        .header("origin", ORIGIN)
        .header("cookie", format!("{SESSION}; authjs.csrf-token=c%7Ch"));
    let answer = site.send_body(request, update).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, update));
    assert_eq!(
        answer.cookies(),
        ["authjs.session-token=updated; Path=/; HttpOnly"]
    );
    let asked = site.upstream.only();
    assert_eq!(asked.body, update.as_bytes());
    assert_eq!(asked.header("content-type"), "application/json");
    assert_eq!(
        asked.header("cookie"),
        format!("{SESSION}; authjs.csrf-token=c%7Ch")
    );
}

#[test]
fn a_route_is_waited_for_a_moment_at_least_and_a_minute_at_most() {
    let build = |milliseconds| {
        let timeout = std::time::Duration::from_millis(milliseconds);
        let options = portcullis::ProxyOptions::new("https://auth.example").route_timeout(timeout);
        let builder: AuthBuilder = Auth::proxy(options);
        builder.origin(ORIGIN).environment(|_| None).build()
    };
    for (milliseconds, is_usable) in [(0, false), (1, true), (60_000, true), (60_001, false)] {
        let built = build(milliseconds);
        assert_eq!(built.is_ok(), is_usable, "{milliseconds}");
        if let Err(error) = built {
            assert!(error.to_string().contains("route_timeout"), "{error}");
        }
    }
}
