//! What the upstream gives the visitor for the session cookie.

use std::time::Duration;

use http::StatusCode;
use portcullis::Profile;
use portcullis_tests::{Answer, ORIGIN, get};
use serde_json::{Value, json};

use crate::app::{App, BEARER, COOKIE, session};
use crate::upstream::{Reply, Upstream};

const ANEW: &str =
    "session=anew; Path=/; Expires=Sat, 16 Jan 2027 08:00:00 GMT; HttpOnly; SameSite=Lax";
const REMOVED: &str = "session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax";

/// An upstream that answers that, and gives these cookies.
fn giving(told: Value, cookies: &'static [&'static str]) -> Upstream {
    Upstream::start(move |_| {
        let answer = Reply::json(&told);
        let cookies = cookies.iter();
        cookies.fold(answer, |answer, cookie| answer.with("set-cookie", cookie))
    })
}

#[tokio::test]
async fn a_session_that_goes_on_does_so_in_the_visitor_s_browser() {
    let upstream = giving(session(), &[ANEW]);
    let app = App::new(upstream.options());
    for path in ["/me", "/hello", "/live", "/page", "/own-token", "/shown"] {
        let answer = app.visit(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.cookies(), [ANEW], "{path}");
        assert_eq!(
            answer.header("cache-control"),
            "private, no-store",
            "{path}"
        );
    }
    assert!(app.visit("/plain").await.cookies().is_empty());
    let headers = [("cookie", COOKIE)];
    let (session, cookies) = app
        .auth
        .get_server_session_with_cookies(&headers)
        .await
        .expect("an answer");
    assert!(session.is_some());
    let response = axum::response::IntoResponse::into_response((cookies, "hello"));
    assert_eq!(portcullis_tests::read(response).await.cookies(), [ANEW]);
}

#[tokio::test]
async fn a_session_that_is_over_is_removed_as_the_upstream_says() {
    let upstream = giving(json!(null), &[REMOVED]);
    let is_removed = |answer: &Answer, status: StatusCode| {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.cookies(), [REMOVED]);
    };
    for ttl in [0, 60].map(Duration::from_secs) {
        let app = App::new(upstream.options().cache_ttl(ttl));
        for path in ["/me", "/live", "/admin", "/live", "/page", "/own-token"] {
            is_removed(&app.visit(path).await, StatusCode::UNAUTHORIZED);
        }
        is_removed(&app.visit("/hello").await, StatusCode::OK);
        let page = get("/page")
            .header("accept", "text/html")
            .header("cookie", COOKIE);
        is_removed(&app.send(page).await, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn whoever_writes_down_an_answer_does_not_write_down_the_token() {
    let upstream = giving(session(), &[ANEW]);
    let app = App::new(upstream.options());
    let headers = app.visit("/me").await.headers;
    assert_eq!(headers["set-cookie"], ANEW);
    assert!(!format!("{headers:?}").contains("anew"), "{headers:?}");
}

#[tokio::test]
async fn each_chunk_is_a_cookie_of_its_own() {
    let chunks: &[&str] = &[
        "__Secure-authjs.session-token.0=one; Path=/; Expires=Sat, 16 Jan 2027 08:00:00 GMT; HttpOnly; Secure; SameSite=Lax",
        "__Secure-authjs.session-token.1=two; Path=/; Expires=Sat, 16 Jan 2027 08:00:00 GMT; HttpOnly; Secure; SameSite=Lax",
    ];
    let upstream = giving(session(), chunks);
    let app = App::configured(upstream.options(), |builder| {
        builder
            .profile(Profile::AuthJsV5)
            .origin("https://app.example")
    });
    let cookie = "__Secure-authjs.session-token.0=a; __Secure-authjs.session-token.1=b";
    let answer = app.send(get("/me").header("cookie", cookie)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.cookies(), chunks);
    // A third one that is left of a longer token would spoil the new one.
    let longer = format!("{cookie}; __Secure-authjs.session-token.2=c");
    let answer = app.send(get("/me").header("cookie", longer)).await;
    let cookies = answer.cookies();
    assert_eq!(cookies[..2], *chunks);
    assert_eq!(cookies.len(), 3, "{cookies:?}");
    assert!(
        cookies[2].starts_with("__Secure-authjs.session-token.2=;"),
        "{cookies:?}"
    );
}

#[tokio::test]
async fn other_cookies_of_the_upstream_stay_there() {
    let cookies: &[&str] = &[
        "csrf-token=theirs; Path=/",
        "sessions=theirs; Path=/",
        "session.9=theirs; Path=/",
        "Session=theirs; Path=/",
        "__Host-session=theirs; Path=/; Secure",
        "tracking=theirs; Domain=example.com",
    ];
    for told in [session(), json!(null)] {
        let upstream = giving(told.clone(), cookies);
        let app = App::new(upstream.options());
        for path in ["/me", "/hello"] {
            let answer = app.visit(path).await;
            assert!(answer.cookies().is_empty(), "{told} {path}: {answer:?}");
        }
    }
    let upstream = giving(session(), &["csrf-token=theirs; Path=/", ANEW, "x=y"]);
    let answer = App::new(upstream.options()).visit("/me").await;
    assert_eq!(answer.cookies(), [ANEW]);
}

#[tokio::test]
async fn whoever_sends_a_bearer_token_gets_no_cookie() {
    for told in [session(), json!(null)] {
        let upstream = giving(told.clone(), &[ANEW]);
        let app = App::new(upstream.options());
        for request in [
            get("/me").header("authorization", BEARER),
            // It is not the cookie that was asked about.
            get("/me")
                .header("authorization", BEARER)
                .header("cookie", "session=other"),
        ] {
            let answer = app.send(request).await;
            assert!(answer.cookies().is_empty(), "{told}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_given_twice_from_memory() {
    let upstream = giving(session(), &[ANEW]);
    let app = App::new(upstream.options().cache_ttl(Duration::from_secs(60)));
    assert_eq!(app.visit("/me").await.cookies(), [ANEW]);
    for path in ["/me", "/hello", "/shown"] {
        assert!(app.visit(path).await.cookies().is_empty(), "{path}");
    }
    assert_eq!(upstream.count(), 1);
    // Whoever asks past the memory is given what there is.
    assert_eq!(app.visit("/live").await.cookies(), [ANEW]);
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn a_refusal_of_the_rule_gives_nothing() {
    let upstream = giving(session(), &[ANEW]);
    let answer = App::new(upstream.options()).visit("/admin").await;
    assert_eq!((answer.status.as_u16(), answer.cookies().len()), (403, 0));
}

#[tokio::test]
async fn ours_are_the_names_of_the_configuration() {
    let upstream = giving(session(), &["__Host-shop=anew; Path=/; Secure", ANEW]);
    let app = App::configured(upstream.options(), |builder| {
        builder
            .cookie_name("shop")
            .origin(ORIGIN.replace("http:", "https:"))
    });
    let answer = app
        .send(get("/me").header("cookie", "__Host-shop=hers"))
        .await;
    assert_eq!(answer.cookies(), ["__Host-shop=anew; Path=/; Secure"]);
}
