//! What the upstream says of a session, as handlers see it.

use std::time::Duration;

use http::StatusCode;
use portcullis::Auth;
use portcullis_tests::{Log, get, read};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::app::{App, BEARER, COOKIE, NOW, TOMORROW, routes, session};
use crate::upstream::{Reply, Upstream};

/// What a path answers while the upstream says that of the session.
async fn visited(told: Value, path: &str) -> (StatusCode, String) {
    let upstream = Upstream::with_session(told);
    let answer = App::new(upstream.options()).visit(path).await;
    (answer.status, answer.body)
}

fn with(member: &str, value: Value) -> Value {
    let mut session = session();
    session[member] = value;
    session
}

#[tokio::test]
async fn handlers_see_the_user_that_the_upstream_shows() {
    let mut told = session();
    told["user"]["image"] = json!("https://cdn.example/ada.png");
    told["user"]["plan"] = json!({"name": "gold", "seats": 3});
    told["accessToken"] = json!("for the browser");
    let upstream = Upstream::with_session(told.clone());
    let app = App::new(upstream.options());
    let me = app.visit("/me").await;
    assert_eq!(me.status, 200, "{me:?}");
    assert_eq!(me.header("cache-control"), "private, no-store");
    assert!(me.header("vary").contains("cookie"), "{me:?}");
    let seen: Value = serde_json::from_str(&me.body).expect("JSON");
    assert_eq!(seen["user"]["id"], "7");
    assert_eq!(seen["user"]["name"], "Ada");
    assert_eq!(seen["user"]["plan"], json!({"name": "gold", "seats": 3}));
    assert_eq!(seen["expires"], TOMORROW);
    // What is shown is what the upstream shows, to the letter.
    let shown = app.visit("/shown").await;
    assert_eq!(
        serde_json::from_str::<Value>(&shown.body).expect("JSON"),
        told
    );
    let bearer = app.send(get("/me").header("authorization", BEARER)).await;
    assert_eq!((bearer.status.as_u16(), bearer.body), (200, me.body));
}

#[tokio::test]
async fn a_user_is_known_by_id_else_by_sub_else_by_email() {
    for (user, id) in [
        (
            json!({"id": "7", "sub": "8", "email": "ada@example.com"}),
            "7",
        ),
        (json!({"id": 7}), "7"),
        (json!({"id": null, "sub": "8"}), "8"),
        (json!({"sub": "8", "email": "ada@example.com"}), "8"),
        (
            json!({"name": "Ada", "email": "ada@example.com"}),
            "ada@example.com",
        ),
    ] {
        let told = with("user", user.clone());
        assert_eq!(
            visited(told, "/hello").await.1,
            format!("hello {id}"),
            "{user}"
        );
    }
}

#[tokio::test]
async fn a_user_without_an_id_is_503_and_the_log_says_what_to_do() {
    let log = Log::default();
    let logging = log.start();
    for user in [
        json!({"name": "Ada"}),
        json!({}),
        json!({"id": ""}),
        json!({"id": null, "sub": "", "email": ["ada@example.com"]}),
        json!({"id": {"is": "no id"}}),
    ] {
        assert_eq!(
            visited(with("user", user.clone()), "/me").await.0,
            503,
            "{user}"
        );
    }
    drop(logging);
    let hints = log
        .text()
        .matches("`callbacks.session` over there adds it")
        .count();
    assert_eq!(hints, 5, "{}", log.text());
}

#[tokio::test]
async fn a_session_that_does_not_say_when_it_ends_is_503() {
    for expires in [
        json!(null),
        json!(1_800_086_400),
        json!("tomorrow"),
        json!("2027-01-16"),
        json!("2027-02-30T08:00:00.000Z"),
        json!(""),
    ] {
        let told = with("expires", expires.clone());
        assert_eq!(visited(told, "/me").await.0, 503, "{expires}");
    }
    for told in [
        json!({"user": {"id": "7"}}),
        json!({"expires": TOMORROW}),
        json!({"x": 1}),
    ] {
        assert_eq!(visited(told.clone(), "/me").await.0, 503, "{told}");
    }
    for user in [json!(null), json!("Ada"), json!(["Ada"])] {
        assert_eq!(
            visited(with("user", user.clone()), "/me").await.0,
            503,
            "{user}"
        );
    }
}

/// Nobody is signed in, and nothing is said to the cookie.
async fn is_nobody(upstream: &Upstream, told: &str) {
    let app = App::new(upstream.options());
    let me = app.visit("/me").await;
    assert_eq!(me.status, 401, "{told}");
    assert_eq!(me.code(), "session_invalid", "{told}");
    assert_eq!(me.header("www-authenticate"), r#"Bearer realm="app""#);
    assert!(me.cookies().is_empty(), "{told}: {me:?}");
    let hello = app.visit("/hello").await;
    assert_eq!(
        (hello.body.as_str(), hello.cookies().len()),
        ("hello stranger", 0)
    );
    for path in ["/shown", "/or-none", "/token"] {
        let answer = app.visit(path).await;
        assert_eq!(
            (answer.body.as_str(), answer.cookies().len()),
            ("null", 0),
            "{path}"
        );
    }
    let page = get("/page")
        .header("accept", "text/html")
        .header("cookie", COOKIE);
    let page = app.send(page).await;
    assert_eq!(
        (page.status.as_u16(), page.cookies().len()),
        (303, 0),
        "{told}"
    );
    let bearer = app
        .send(get("/hello").header("authorization", BEARER))
        .await;
    assert_eq!(
        (bearer.status.as_u16(), bearer.code().as_str()),
        (401, "invalid_token")
    );
}

#[tokio::test]
async fn what_is_no_object_is_nobody_and_the_cookie_stays() {
    for told in [
        json!({}),
        json!(null),
        json!([]),
        json!([{"user": {"id": "7"}, "expires": TOMORROW}]),
        json!("x"),
        json!(0),
        json!(true),
    ] {
        let upstream = Upstream::with_session(told.clone());
        is_nobody(&upstream, &told.to_string()).await;
    }
}

#[tokio::test]
async fn a_401_is_nobody_and_the_cookie_stays() {
    let upstream = Upstream::start(|_| Reply::status(StatusCode::UNAUTHORIZED));
    is_nobody(&upstream, "401").await;
}

#[tokio::test]
async fn a_session_that_is_over_is_nobody() {
    let upstream = Upstream::with_session(session());
    let app = App::new(upstream.options());
    let day = Duration::from_secs(24 * 60 * 60);
    app.clock.advance(day - Duration::from_secs(1));
    assert_eq!(app.visit("/me").await.status, 200);
    app.clock.advance(Duration::from_secs(1));
    let over = app.visit("/me").await;
    assert_eq!(
        (over.status.as_u16(), over.code().as_str()),
        (401, "session_invalid")
    );
    assert!(over.cookies().is_empty(), "{over:?}");
    assert_eq!(app.visit("/hello").await.body, "hello stranger");
    assert_eq!(app.visit("/shown").await.body, "null");
}

#[tokio::test]
async fn roles_are_where_the_configuration_says() {
    let nested = json!({
        "user": {"id": "7", "role": "guest"},
        "org": {"groups": ["admin"]},
        "expires": TOMORROW,
    });
    let upstream = Upstream::with_session(nested);
    let usual = App::new(upstream.options());
    assert_eq!(usual.visit("/admin").await.status, 403);
    let mapped = App::configured(upstream.options(), |builder| {
        builder.roles_claim(["org", "groups"])
    });
    assert_eq!(mapped.visit("/admin").await.body, "admin");
    for told in [
        json!({"user": {"id": "7", "role": "admin"}, "expires": TOMORROW}),
        json!({"user": {"id": "7", "roles": ["admin"]}, "expires": TOMORROW}),
        json!({"user": {"id": "7"}, "roles": ["admin"], "expires": TOMORROW}),
    ] {
        assert_eq!(visited(told.clone(), "/admin").await.0, 200, "{told}");
    }
    let of_the_user = json!({"user": {"id": "7", "groups": ["admin"]}, "expires": TOMORROW});
    let upstream = Upstream::with_session(of_the_user);
    let mapped = App::configured(upstream.options(), |builder| {
        builder.roles_claim(["user", "groups"])
    });
    assert_eq!(mapped.visit("/admin").await.status, 200);
}

#[tokio::test]
async fn freshness_is_measured_by_the_upstream_s_auth_time() {
    for (auth_time, status, code) in [
        (json!(NOW - 899), 200, ""),
        (json!(NOW - 900), 401, "insufficient_user_authentication"),
        (json!(null), 403, "auth_time_missing"),
        (json!("yesterday"), 403, "auth_time_missing"),
    ] {
        let upstream = Upstream::with_session(with("auth_time", auth_time.clone()));
        let answer = App::new(upstream.options()).visit("/fresh").await;
        assert_eq!(answer.status, status, "{auth_time}");
        if status != 200 {
            assert_eq!(answer.code(), code, "{auth_time}");
        }
    }
}

#[tokio::test]
async fn handlers_of_a_plain_router_ask_the_same() {
    let upstream = Upstream::start(|_| {
        let session = Reply::json(&session());
        session.with("set-cookie", "session=anew; Path=/; HttpOnly")
    });
    let auth = App::new(upstream.options()).auth;
    let bare = routes().with_state(auth.clone()).into_axum();
    let visit = async |app: axum::Router, path: &str| {
        let request = http::Request::get(path).header("cookie", COOKIE);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        read(app.oneshot(request).await.expect("infallible")).await
    };
    let layered = visit(bare.clone().layer(auth.layer()), "/me").await;
    assert_eq!(layered.status, 200);
    assert_eq!(layered.cookies(), ["session=anew; Path=/; HttpOnly"]);
    assert_eq!(layered.header("cache-control"), "private, no-store");
    assert_eq!(visit(bare, "/me").await.status, 200);
}

#[tokio::test]
async fn a_layer_and_its_handlers_ask_once() {
    let upstream = Upstream::with_session(session());
    let auth: Auth = App::new(upstream.options()).auth;
    let app = routes()
        .layer(auth.require_session())
        .with_state(auth.clone());
    for path in ["/me", "/hello", "/shown", "/live"] {
        let before = upstream.count();
        let request = get(path).header("cookie", COOKIE);
        assert_eq!(
            portcullis_tests::send(&app, request).await.status,
            200,
            "{path}"
        );
        assert_eq!(upstream.count() - before, 1, "{path}");
    }
    let before = upstream.count();
    let nobody = portcullis_tests::send(&app, get("/hello")).await;
    assert_eq!(
        (nobody.status.as_u16(), upstream.count() - before),
        (401, 0)
    );
}
