//! What is remembered of the upstream's answers, and for how long.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use portcullis::Profile;
use portcullis_tests::get;
use serde_json::json;
use tokio::time::advance;

use crate::app::{App, COOKIE, Still, by_cookie, of_user, pass, session};
use crate::upstream::{Asked, Reply, Upstream};

const TTL: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
const MILLISECOND: Duration = Duration::from_millis(1);

/// An application that remembers for [`TTL`], and its upstream.
fn remembering(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (App, Upstream) {
    let upstream = Upstream::start(script);
    (App::new(upstream.options().cache_ttl(TTL)), upstream)
}

#[tokio::test]
async fn an_answer_counts_for_as_long_as_was_said() {
    let (app, upstream) = remembering(|_| Reply::json(&session()));
    for path in [
        "/me",
        "/me",
        "/hello",
        "/shown",
        "/or-none",
        "/token",
        "/own-token",
    ] {
        assert_eq!(app.visit(path).await.status, 200, "{path}");
    }
    assert_eq!(upstream.count(), 1);
    pass(TTL - 10 * SECOND).await;
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 1);
    // It counts from when it was asked for, however often it was used.
    pass(10 * SECOND).await;
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 2);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn without_a_ttl_each_request_asks() {
    let upstream = Upstream::with_session(session());
    let app = App::new(upstream.options().cache_ttl(Duration::ZERO));
    for asked in 1..=4 {
        assert_eq!(app.visit("/me").await.status, 200);
        assert_eq!(upstream.count(), asked);
    }
}

#[tokio::test]
async fn an_answer_counts_for_five_seconds_unless_told_otherwise() {
    let upstream = Upstream::with_session(session());
    let app = App::new(portcullis::ProxyOptions::new(upstream.url()));
    let _still = Still::new();
    assert_eq!(app.visit("/me").await.status, 200);
    advance(5 * SECOND - MILLISECOND).await;
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 1);
    advance(MILLISECOND).await;
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn a_session_that_is_over_is_asked_about_anew() {
    let asked = AtomicUsize::new(0);
    let (app, upstream) = remembering(move |_| {
        let mut told = session();
        told["expires"] = match asked.fetch_add(1, Ordering::SeqCst) {
            0 => json!("2027-01-15T08:00:10.000Z"),
            // It was used elsewhere, and goes on.
            1 => json!("2027-01-15T08:00:20.000Z"),
            _ => json!(null),
        };
        match told["expires"].is_null() {
            true => Reply::json(&json!(null)),
            false => Reply::json(&told),
        }
    });
    assert_eq!(app.visit("/me").await.status, 200);
    app.clock.advance(9 * SECOND);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 1);
    app.clock.advance(SECOND);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 2);
    app.clock.advance(10 * SECOND);
    assert_eq!(app.visit("/me").await.status, 401);
    assert_eq!(upstream.count(), 3);
}

#[tokio::test]
async fn that_nobody_is_signed_in_is_not_remembered() {
    let asked = AtomicUsize::new(0);
    let (app, upstream) = remembering(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::json(&json!(null)),
        _ => Reply::json(&session()),
    });
    assert_eq!(app.visit("/me").await.status, 401);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn sessions_do_not_mix() {
    let (app, upstream) = remembering(by_cookie);
    for _ in 0..2 {
        for id in ["7", "8", "77", "7.8"] {
            let visit = get("/hello").header("cookie", format!("session={id}"));
            assert_eq!(app.send(visit).await.body, format!("hello {id}"));
        }
    }
    assert_eq!(upstream.count(), 4);
}

#[tokio::test]
async fn a_cookie_and_a_bearer_token_of_one_text_do_not_mix() {
    let (app, upstream) = remembering(|asked| match asked.header("authorization").is_empty() {
        true => Reply::json(&of_user("by cookie")),
        false => Reply::json(&of_user("by bearer")),
    });
    for _ in 0..2 {
        let cookie = app
            .send(get("/hello").header("cookie", "session=same"))
            .await;
        assert_eq!(cookie.body, "hello by cookie");
        let bearer = app
            .send(get("/hello").header("authorization", "Bearer same"))
            .await;
        assert_eq!(bearer.body, "hello by bearer");
    }
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn an_answer_counts_for_requests_that_say_the_same_in_listed_headers() {
    let upstream = Upstream::start(|asked| {
        let tenants = asked.header("x-tenant");
        Reply::json(&of_user(&format!("of {tenants}")))
    });
    let options = upstream.options().cache_ttl(TTL);
    let app = App::new(options.forward_header("x-tenant").forward_header("x-plan"));
    for (headers, body, count) in [
        (&[][..], "hello of ", 1),
        (&[("x-tenant", "a")], "hello of a", 2),
        (&[("x-tenant", "a"), ("x-other", "b")], "hello of a", 2),
        (&[("x-tenant", "b")], "hello of b", 3),
        (&[("x-tenant", "b")], "hello of b", 3),
        (&[("x-tenant", "b"), ("x-tenant", "a")], "hello of b, a", 4),
        (&[("x-tenant", "b, a")], "hello of b, a", 5),
        (&[("x-plan", "b, a")], "hello of ", 6),
        // The last answer is the one that is remembered.
        (&[], "hello of ", 7),
        (&[], "hello of ", 7),
    ] {
        let visit = get("/hello").header("cookie", COOKIE);
        let headers = headers.iter();
        let visit = headers.fold(visit, |visit, (name, value)| visit.header(*name, *value));
        assert_eq!(app.send(visit).await.body, body);
        assert_eq!(upstream.count(), count);
    }
    // Whoever signs out takes all of it along.
    app.auth.user_changed("of ").await.expect("forgotten");
    assert_eq!(app.visit("/hello").await.body, "hello of ");
    assert_eq!(upstream.count(), 8);
}

#[tokio::test]
async fn the_same_token_in_chunks_is_the_same_session() {
    let upstream = Upstream::with_session(session());
    let app = App::configured(upstream.options().cache_ttl(TTL), |builder| {
        builder.profile(Profile::AuthJsV5)
    });
    let name = "authjs.session-token";
    for cookie in [
        format!("{name}=abcd"),
        format!("{name}.0=ab; {name}.1=cd"),
        format!("{name}.1=d; other=x; {name}.0=abc"),
    ] {
        assert_eq!(
            app.send(get("/me").header("cookie", cookie)).await.status,
            200
        );
    }
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn live_handlers_ask_past_it_and_what_they_hear_is_remembered() {
    let is_over = std::sync::Arc::new(AtomicUsize::new(0));
    let (app, upstream) = remembering({
        let is_over = std::sync::Arc::clone(&is_over);
        move |_| match is_over.load(Ordering::SeqCst) {
            0 => Reply::json(&of_user("before")),
            1 => Reply::json(&of_user("after")),
            _ => Reply::json(&json!(null)),
        }
    });
    assert_eq!(app.visit("/hello").await.body, "hello before");
    is_over.store(1, Ordering::SeqCst);
    assert_eq!(app.visit("/hello").await.body, "hello before");
    assert!(app.visit("/live").await.body.contains("after"));
    assert_eq!(upstream.count(), 2);
    assert_eq!(app.visit("/hello").await.body, "hello after");
    assert_eq!(upstream.count(), 2);
    is_over.store(2, Ordering::SeqCst);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(app.visit("/live").await.status, 401);
    assert_eq!(
        app.visit("/me").await.status,
        401,
        "what is over is forgotten"
    );
}

#[tokio::test]
async fn a_user_who_has_changed_is_asked_about_anew() {
    let (app, upstream) = remembering(by_cookie);
    for id in ["7", "8"] {
        let visit = get("/me").header("cookie", format!("session={id}"));
        assert_eq!(app.send(visit).await.status, 200);
    }
    app.auth.user_changed("7").await.expect("forgotten");
    for id in ["7", "7"] {
        let visit = get("/me").header("cookie", format!("session={id}"));
        assert_eq!(app.send(visit).await.status, 200);
    }
    assert_eq!(upstream.count(), 3);
}

#[tokio::test]
async fn a_remembered_session_outlives_the_upstream_for_that_long() {
    let (app, upstream) = remembering(|_| Reply::json(&session()));
    assert_eq!(app.visit("/me").await.status, 200);
    upstream.stop().await;
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(app.visit("/live").await.status, 503);
    assert_eq!(
        app.visit("/me").await.status,
        200,
        "nobody was signed out by that"
    );
    pass(TTL).await;
    assert_eq!(app.visit("/me").await.status, 503);
    upstream.listen();
    assert_eq!(app.visit("/me").await.status, 200);
}

#[tokio::test]
async fn two_applications_remember_each_for_itself() {
    let upstream = Upstream::with_session(session());
    let options = || upstream.options().cache_ttl(TTL);
    let (one, other) = (App::new(options()), App::new(options()));
    for app in [&one, &other, &one, &other] {
        let answer = app.send(get("/me").header("cookie", COOKIE)).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(upstream.count(), 2);
}
