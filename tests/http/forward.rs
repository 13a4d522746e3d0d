//! The visitor's session on its way to another service of the same application.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::State;
use axum::response::Redirect;
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, Request};
use portcullis::routing::get as route_get;
use portcullis::{
    Auth, ForwardError, Forwarding, Profile, Router, Session, User, dangerous, protected, public,
};
use portcullis_tests::{FakeClock, builder};
use tokio::net::TcpListener;

fn auth() -> Auth {
    builder(&FakeClock::default()).build().expect("usable")
}

fn visitor(cookies: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(COOKIE, cookies.parse().expect("a header"));
    headers
}

fn forwarded(auth: &Auth, cookies: &str) -> Option<String> {
    let value = auth.forward_cookies(&visitor(cookies))?;
    assert!(value.is_sensitive());
    Some(value.to_str().expect("text").to_owned())
}

#[test]
fn the_session_cookie_goes_alone() {
    let auth = auth();
    let authjs = builder(&FakeClock::default()).profile(Profile::AuthJsV5);
    let authjs = authjs.build().expect("usable");
    for (auth, sent, expected) in [
        (
            &auth,
            "theme=dark; session=abc; sessions=x; session.9=x",
            "session=abc",
        ),
        (
            &auth,
            "session.1=b; a=1; session.0=a; session.2=",
            "session.0=a; session.1=b",
        ),
        (&auth, "session=abc; session=abc", "session=abc"),
        (
            &authjs,
            "authjs.session-token=a%2Bb",
            "authjs.session-token=a%2Bb",
        ),
        (
            &authjs,
            "authjs.csrf-token=c; authjs.session-token.0=a; authjs.callback-url=x; \
             authjs.session-token.1=b; authjs.pkce.code_verifier=p",
            "authjs.session-token.0=a; authjs.session-token.1=b",
        ),
    ] {
        assert_eq!(forwarded(auth, sent).as_deref(), Some(expected), "{sent}");
    }
    let names = |secure: &str| format!("{secure}session=abc; session=abc");
    let https = Auth::builder()
        .secret(portcullis_tests::SECRET)
        .origin("https://app.example")
        .build()
        .expect("usable");
    assert_eq!(
        forwarded(&https, &names("__Host-")).as_deref(),
        Some("__Host-session=abc")
    );
    assert_eq!(forwarded(&https, "session=abc"), None);
}

#[test]
fn what_cannot_be_a_session_goes_nowhere() {
    let auth = auth();
    let long = format!("session={}", "a".repeat(9 * 1024));
    let flood = format!("session=abc; x={}", "a".repeat(48 * 1024));
    for sent in [
        "",
        "theme=dark",
        "session=",
        "session=one; session=two",
        "session=a\"b",
        "session=a,b",
        "session.1=b",
        "session=a; session.0=b",
        &long,
        &flood,
    ] {
        assert_eq!(forwarded(&auth, sent), None, "{sent:.60}");
    }
    assert!(auth.forward_cookies(()).is_none());
    let mut twice = visitor("session=one");
    twice.append(COOKIE, "session=two".parse().expect("a header"));
    assert!(auth.forward_cookies(&twice).is_none());
}

#[test]
fn sessions_are_sent_to_an_origin_and_over_a_network_by_https() {
    let auth = auth();
    for origin in [
        "https://api.example",
        "https://api.example:8443/",
        "http://localhost:4000",
        "http://127.0.0.1:4000",
        "http://[::1]:4000",
    ] {
        assert!(auth.forward_to(origin).is_ok(), "{origin}");
    }
    for origin in [
        "",
        "api.example",
        "/api",
        "https://api.example/v1",
        "https://api.example?x",
        "https://api.example#x",
        "https://user:pass@api.example",
        "ftp://api.example",
        "file:///etc",
        "data:,x",
    ] {
        let refused = auth.forward_to(origin);
        assert!(
            matches!(refused, Err(ForwardError::NotAnOrigin)),
            "{origin}"
        );
        let refused = dangerous::forward_in_the_clear(&auth, origin);
        assert!(
            matches!(refused, Err(ForwardError::NotAnOrigin)),
            "{origin}"
        );
    }
    for origin in [
        "http://api:8080",
        "http://localhost.example",
        "http://10.0.0.1",
    ] {
        let refused = auth.forward_to(origin);
        assert!(matches!(refused, Err(ForwardError::Insecure)), "{origin}");
        assert!(dangerous::forward_in_the_clear(&auth, origin).is_ok());
    }
}

fn cookies_of(
    api: &Forwarding,
    visitor: &HeaderMap,
    url: &str,
) -> Result<Vec<String>, ForwardError> {
    let request = Request::get(url)
        .header("cookie", "own=1")
        .body(())
        .expect("a request");
    let request = api.on_behalf_of(visitor, request)?;
    let values = request.headers().get_all(COOKIE).iter();
    Ok(values
        .map(|value| value.to_str().expect("text").to_owned())
        .collect())
}

#[test]
fn a_session_goes_to_its_origin_alone() {
    let api = auth().forward_to("https://api.example").expect("an origin");
    let visitor = visitor("a=1; session=abc");
    for url in ["https://api.example/posts?x", "https://API.example:443/"] {
        assert_eq!(
            cookies_of(&api, &visitor, url).expect(url),
            ["session=abc"],
            "{url}"
        );
    }
    assert_eq!(
        cookies_of(&api, &HeaderMap::new(), "https://api.example/").expect("sent"),
        [""; 0],
        "of nobody, nothing goes"
    );
    for url in [
        "https://api.example.evil.example/",
        "https://evil.example/?https://api.example",
        "https://api.example:8443/",
        "http://api.example/",
        "https://api.example@evil.example/",
        "https://user@api.example/",
        "https://app.example/",
        "/posts",
        "//api.example/posts",
        "api.example:443",
    ] {
        let Ok(request) = Request::get(url).body(()) else {
            continue;
        };
        let error = api.on_behalf_of(&visitor, request).expect_err(url);
        assert!(matches!(error, ForwardError::Elsewhere { .. }), "{url}");
        assert!(!error.to_string().contains("evil"), "{error}");
        // reqwest makes a header of the name before an `@`, and goes to the host behind it.
        let builder = reqwest::Client::new().get(url.replace("user@", ""));
        let is_same = url.contains("user@api.example");
        assert_eq!(
            api.on_behalf_of(&visitor, builder).is_ok(),
            is_same,
            "{url}"
        );
    }
}

#[test]
fn a_bearer_token_goes_only_if_that_was_asked() {
    let api = auth().forward_to("https://api.example").expect("an origin");
    let mut visitor = visitor("session=abc");
    visitor.insert(AUTHORIZATION, "bearer tok".parse().expect("a header"));
    let own = |api: &Forwarding, visitor: &HeaderMap| {
        let request = Request::get("https://api.example/").header("authorization", "Bearer own");
        let request = api.on_behalf_of(visitor, request.body(()).expect("a request"));
        let headers = request.expect("sent").headers().clone();
        headers
            .get(AUTHORIZATION)
            .map(|value| (value.clone(), value.is_sensitive()))
    };
    assert_eq!(
        own(&api, &visitor),
        Some(("Bearer own".parse().expect("a header"), false))
    );
    let api = api.with_bearer();
    assert_eq!(
        own(&api, &visitor),
        Some(("Bearer tok".parse().expect("a header"), true))
    );
    for bad in ["Basic dXNlcg==", "Bearer", "Bearer a b", "Bearer \u{7f}"] {
        let Ok(bad) = bad.parse() else { continue };
        visitor.insert(AUTHORIZATION, bad);
        assert_eq!(own(&api, &visitor), None);
    }
    assert_eq!(
        format!("{api:?}"),
        r#"Forwarding { origin: "https://api.example", takes_bearer: true, .. }"#
    );
}

#[protected]
async fn me(session: Session, headers: HeaderMap) -> String {
    let cookies = headers.get_all(COOKIE).iter().count();
    format!("{} by {cookies}", session.user_id())
}

#[public(reason = "sends its visitors on")]
async fn away(State(target): State<Target>) -> Redirect {
    Redirect::temporary(&target.elsewhere)
}

#[public(reason = "tells what came")]
async fn spy(headers: HeaderMap) -> String {
    format!("{:?}", headers.get(COOKIE))
}

#[derive(Clone)]
struct Target {
    auth: Auth,
    elsewhere: String,
}

impl axum::extract::FromRef<Target> for Auth {
    fn from_ref(target: &Target) -> Self {
        target.auth.clone()
    }
}

async fn serve(elsewhere: &str) -> SocketAddr {
    let app: Router = Router::new()
        .route("/me", route_get(me))
        .route("/away", route_get(away))
        .route("/spy", route_get(spy))
        .with_state(Target {
            auth: auth(),
            elsewhere: elsewhere.to_owned(),
        });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, app).into_future());
    address
}

/// The service that renders pages knows nothing of the session but how to send it on.
#[tokio::test]
async fn another_service_sees_the_visitor_and_a_redirect_takes_nothing_along() {
    let auth = auth();
    let spy = serve("").await;
    let api = serve(&format!("http://{spy}/spy")).await;
    let forwarding = auth
        .forward_to(&format!("http://{api}"))
        .expect("an origin");
    let user = User::new("7").named("x".repeat(6000));
    let token = auth.sign_in(user).await.expect("signed in");
    let (first, second) = token.expose_token().split_at(3936);
    let incoming = Request::get("/page")
        .header(
            "cookie",
            format!("theme=dark; session.1={second}; session.0={first}"),
        )
        .body(Body::empty())
        .expect("a request");
    let client = reqwest::Client::new();
    let get = async |path: &str| {
        let request = client.get(format!("http://{api}{path}"));
        let request = forwarding
            .on_behalf_of(&incoming, request)
            .expect("sent on");
        let answer = request.send().await.expect("an answer");
        answer.text().await.expect("text")
    };
    assert_eq!(get("/me").await, "7 by 1");
    assert!(get("/spy").await.contains("session.0="));
    assert_eq!(get("/away").await, "None", "the cookie stayed behind");
    let built = client
        .get(format!("http://{api}/me"))
        .build()
        .expect("built");
    let built = forwarding.on_behalf_of(&incoming, built).expect("sent on");
    let answer = client.execute(built).await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
}
