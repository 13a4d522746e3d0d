//! What is remembered of a session, once its visitor has been at the endpoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::request::Builder;
use portcullis_tests::{get, post};

use super::{Reply, SESSION, Site};
use crate::app::session;

/// An upstream where one can sign out, and whose sessions are remembered.
fn remembering(set_cookie: Option<&'static str>) -> Site {
    let signed_out = Arc::new(AtomicBool::new(false));
    Site::with_options(
        move |asked| {
            let reply = match asked.target.as_str() {
                "/api/auth/signout" => {
                    signed_out.store(true, Ordering::SeqCst);
                    Reply::text("application/json", "{}")
                }
                _ if signed_out.load(Ordering::SeqCst) => Reply::text("application/json", "null"),
                _ => Reply::json(&session()),
            };
            let is_guards = asked.header("accept") == "application/json";
            match set_cookie {
                Some(cookie) if !is_guards => reply.with("set-cookie", cookie),
                _ => reply,
            }
        },
        |options| options.cache_ttl(Duration::from_secs(60)),
    )
}

/// How often the upstream is asked by a guard after that request, of which the session was known before.
async fn asked_after(site: &Site, credential: (&str, &str), request: Builder) -> usize {
    let (name, value) = credential;
    let guarded = || get("/me").header(name, value);
    for _ in 0..2 {
        assert_eq!(site.send(guarded()).await.status, 200);
    }
    site.send(request.header(name, value)).await;
    let before = site.upstream.count();
    site.send(guarded()).await;
    site.upstream.count() - before
}

const COOKIE: (&str, &str) = ("cookie", SESSION);
const BEARER: (&str, &str) = ("authorization", "Bearer hers-alone");

#[tokio::test]
async fn whoever_signs_out_is_out_at_once() {
    let site = remembering(None);
    for _ in 0..3 {
        let answer = site.send(get("/me").header("cookie", SESSION)).await;
        assert_eq!(answer.status, 200);
    }
    assert_eq!(site.upstream.count(), 1, "it is remembered");
    let sign_out = post("/api/auth/signout").header("cookie", SESSION);
    assert_eq!(site.send(sign_out).await.status, 200);
    let answer = site.send(get("/me").header("cookie", SESSION)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(site.upstream.count(), 3);
}

#[tokio::test]
async fn what_may_change_a_session_makes_it_unknown() {
    for credential in [COOKIE, BEARER] {
        for (request, asked) in [
            (post("/api/auth/signin/google"), 1),
            (post("/api/auth/signin"), 1),
            (get("/api/auth/callback/google"), 1),
            (post("/api/auth/callback/google"), 1),
            (post("/api/auth/session"), 1),
            (post("/api/auth/signout"), 1),
            (get("/api/auth/signout"), 0),
            (get("/api/auth/signin/google"), 0),
            (get("/api/auth/session"), 0),
            (get("/api/auth/csrf"), 0),
            (get("/api/auth/providers"), 0),
            (get("/api/auth/error"), 0),
            (get("/api/auth/nothing"), 0),
            (http::Request::put("/api/auth/session"), 0),
        ] {
            let what = format!("{:?} {:?}", request.method_ref(), request.uri_ref());
            let site = remembering(None);
            let again = asked_after(&site, credential, request).await;
            assert_eq!(again, asked, "{what} {credential:?}");
        }
    }
}

#[tokio::test]
async fn a_cookie_that_is_written_makes_it_unknown_unless_it_is_only_rolled_on() {
    const NEW: &str = "authjs.session-token=new; Path=/";
    const GONE: &str = "authjs.session-token=; Path=/; Max-Age=0";
    const OTHER: &str = "authjs.callback-url=x; Path=/";
    for (set_cookie, path, asked) in [
        (NEW, "/api/auth/csrf", 1),
        (GONE, "/api/auth/csrf", 1),
        (OTHER, "/api/auth/csrf", 0),
        (NEW, "/api/auth/session", 0),
        (GONE, "/api/auth/session", 1),
        (OTHER, "/api/auth/session", 0),
    ] {
        let site = remembering(Some(set_cookie));
        let again = asked_after(&site, COOKIE, get(path)).await;
        assert_eq!(again, asked, "{set_cookie} {path}");
    }
}

#[tokio::test]
async fn a_sign_out_of_which_nobody_knows_what_became_makes_it_unknown() {
    let site = Site::with_options(
        |asked| match asked.target.as_str() {
            "/api/auth/signout" => Reply::Raw(Vec::new()),
            _ => Reply::json(&session()),
        },
        |options| options.cache_ttl(Duration::from_secs(60)),
    );
    assert_eq!(
        asked_after(&site, COOKIE, post("/api/auth/signout")).await,
        1
    );
    let site = Site::with_options(
        |asked| match asked.target.as_str() {
            "/api/auth/signout" => {
                Reply::status(http::StatusCode::FOUND).with("location", "https://evil.example/")
            }
            _ => Reply::json(&session()),
        },
        |options| options.cache_ttl(Duration::from_secs(60)),
    );
    assert_eq!(
        asked_after(&site, COOKIE, post("/api/auth/signout")).await,
        1
    );
}

#[tokio::test]
async fn others_stay_known() {
    let site = remembering(None);
    let hers = || get("/me").header("cookie", SESSION);
    assert_eq!(site.send(hers()).await.status, 200);
    let his = post("/api/auth/callback/a").header("cookie", "authjs.session-token=his");
    site.send(his).await;
    let before = site.upstream.count();
    assert_eq!(site.send(hers()).await.status, 200);
    assert_eq!(site.upstream.count(), before);
}
