//! What becomes of requests when the upstream does not answer as it should.

mod answers;
mod broken;
mod comes_back;
mod silence;
mod tls;

pub use self::tls::certified;

use portcullis::{AuthBuilder, OnStoreError, ProxyOptions};
use portcullis_tests::{Answer, Log, get};
use serde_json::json;

use crate::app::{App, BEARER, COOKIE};

/// What nobody should hear, whatever the upstream says.
const SECRETS: [&str; 2] = ["hers-alone", "own words"];

/// Whoever asks while the upstream is out of order hears that nobody knows, and keeps the cookie.
async fn is_out_of_order(options: ProxyOptions, reason: &str) {
    let log = Log::default();
    let logging = log.start();
    let app = App::new(options.clone());
    for path in [
        "/me",
        "/admin",
        "/fresh",
        "/live",
        "/page",
        "/hello",
        "/own-token",
    ] {
        let before = log.text().len();
        let answer = app.visit(path).await;
        is_unavailable(&answer, path);
        let said = log.text().split_off(before);
        assert!(said.contains(reason), "{path}: {said}");
        assert!(said.contains(" upstream=http"), "{path}: {said}");
    }
    let bearer = app.send(get("/me").header("authorization", BEARER)).await;
    is_unavailable(&bearer, "a bearer token");
    let person = get("/page").header("accept", "text/html,*/*;q=0.8");
    let person = app.send(person.header("cookie", COOKIE)).await;
    assert_eq!(person.status, 503);
    assert_eq!(person.header("content-type"), "text/html; charset=utf-8");
    for path in ["/shown", "/token"] {
        let answer = app.visit(path).await;
        assert_eq!(answer.body, json!({"error": "Unavailable"}).to_string());
        assert!(answer.cookies().is_empty(), "{answer:?}");
    }
    let lenient = app.visit("/or-none").await;
    assert_eq!(
        (lenient.body.as_str(), lenient.cookies().len()),
        ("null", 0)
    );

    let anonymous = |builder: AuthBuilder| builder.on_store_error(OnStoreError::Anonymous);
    let app = App::configured(options, anonymous);
    let public = app.visit("/hello").await;
    assert_eq!(
        (public.status.as_u16(), public.body.as_str()),
        (200, "nobody knows")
    );
    assert!(public.cookies().is_empty(), "{public:?}");
    assert_eq!(public.header("cache-control"), "private, no-store");
    is_unavailable(&app.visit("/me").await, "guards are as strict as ever");
    // Whoever needs nobody notices nothing.
    assert_eq!(app.visit("/plain").await.body, "plain");
    drop(logging);
    for secret in SECRETS {
        assert!(!log.text().contains(secret), "{}", log.text());
    }
}

fn is_unavailable(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 503, "{what}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.code(), "store_unavailable", "{what}");
    assert_eq!(answer.header("retry-after"), "5", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    assert!(
        answer.header("vary").contains("cookie"),
        "{what}: {answer:?}"
    );
    assert_eq!(answer.header("www-authenticate"), "", "{what}");
    assert!(answer.cookies().is_empty(), "{what}: {answer:?}");
    for secret in SECRETS {
        assert!(!answer.body.contains(secret), "{what}: {}", answer.body);
    }
}
