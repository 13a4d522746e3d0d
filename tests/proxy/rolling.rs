//! An upstream that writes the session cookie anew with each answer, as Auth.js does with tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::Extension;
use portcullis::{Router, Session, protected, routing};
use portcullis_tests::{Answer, get, post, send};
use tokio::sync::Notify;

use crate::app::{pass, session};
use crate::routes::{SESSION, Site};
use crate::upstream::{Asked, Gate, Reply};

const REMOVED: &str = "authjs.session-token=; Path=/; Max-Age=0";
const ROLLED: &str = "authjs.session-token=rolled; Path=/; HttpOnly";
const SIGN_IN: &str = "/api/auth/callback/credentials";
const SIGN_OUT: &str = "/api/auth/signout";

/// What the routes answer that begin and end sessions.
fn route(target: &str) -> Option<Reply> {
    let cookie = match target {
        SIGN_OUT => REMOVED,
        SIGN_IN => "authjs.session-token=another; Path=/; HttpOnly",
        _ => return None,
    };
    let done = Reply::text("application/json", "{}");
    Some(done.with("set-cookie", cookie))
}

fn remembering(rolling: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Site {
    Site::with_options(rolling, |options| {
        options.cache_ttl(Duration::from_secs(60))
    })
}

fn visit(path: &str, cookies: &str) -> http::request::Builder {
    get(path).header("cookie", cookies)
}

/// A browser keeps what it is given.
fn kept(jar: &mut String, answer: &Answer) {
    for cookie in answer.cookies() {
        if let Some(pair) = cookie.split(';').next() {
            pair.clone_into(jar);
        }
    }
}

#[tokio::test]
async fn a_browser_that_keeps_what_it_is_given_is_asked_about_once_for_the_ttl() {
    let number = std::sync::atomic::AtomicUsize::new(0);
    let site = remembering(move |_| {
        let number = number.fetch_add(1, Ordering::SeqCst);
        let cookie = format!("authjs.session-token=rolled{number}; Path=/; HttpOnly");
        Reply::json(&session()).with("set-cookie", &cookie)
    });
    let mut jar = SESSION.to_owned();
    for expected in [
        "authjs.session-token=rolled0",
        "authjs.session-token=rolled1",
    ] {
        let first = site.send(visit("/me", &jar)).await;
        kept(&mut jar, &first);
        assert_eq!(jar, expected);
        for _ in 0..50 {
            let next = site.send(visit("/me", &jar)).await;
            assert_eq!((next.status.as_u16(), next.cookies().len()), (200, 0));
        }
        pass(Duration::from_secs(60)).await;
    }
    assert_eq!(site.upstream.count(), 2);
}

#[tokio::test]
async fn a_token_in_chunks_goes_on_as_it_is_put_together() {
    let site = remembering(|_| {
        Reply::json(&session())
            .with("set-cookie", "authjs.session-token.0=one; Path=/")
            .with("set-cookie", "authjs.session-token.1=two; Path=/")
    });
    let first = site.send(visit("/me", SESSION)).await;
    // What was kept under the plain name goes.
    assert_eq!(first.cookies().len(), 3, "{first:?}");
    let jar = "authjs.session-token.0=one; authjs.session-token.1=two";
    assert_eq!(site.send(visit("/me", jar)).await.status, 200);
    assert_eq!(site.upstream.count(), 1);
}

#[tokio::test]
async fn the_token_that_a_session_goes_on_with_is_forgotten_with_its_sign_out() {
    let is_out = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_out);
    let site = remembering(move |asked| match route(&asked.target) {
        Some(reply) => reply,
        None if told.load(Ordering::SeqCst) => Reply::text("application/json", "null"),
        None => Reply::json(&session()).with("set-cookie", ROLLED),
    });
    let mut jar = SESSION.to_owned();
    let first = site.send(visit("/me", &jar)).await;
    kept(&mut jar, &first);
    assert_eq!(site.send(visit("/me", &jar)).await.status, 200);
    is_out.store(true, Ordering::SeqCst);
    site.send(post(SIGN_OUT).header("cookie", &jar)).await;
    assert_eq!(site.send(visit("/me", &jar)).await.status, 401);
}

#[tokio::test]
async fn a_bearer_token_ends_with_the_cookie_of_the_same_text() {
    let is_out = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_out);
    let site = remembering(move |asked| match route(&asked.target) {
        Some(reply) => reply,
        None if told.load(Ordering::SeqCst) => Reply::text("application/json", "null"),
        None => Reply::json(&session()),
    });
    let token = SESSION.split_once('=').expect("a pair").1;
    let bearer = || get("/me").header("authorization", format!("Bearer {token}"));
    assert_eq!(site.send(bearer()).await.status, 200);
    is_out.store(true, Ordering::SeqCst);
    site.send(post(SIGN_OUT).header("cookie", SESSION)).await;
    assert_eq!(site.send(bearer()).await.status, 401);
}

#[protected]
async fn slow(session: Session, Extension(gates): Extension<Arc<[Notify; 2]>>) -> String {
    let [begun, goes_on] = &*gates;
    begun.notify_one();
    goes_on.notified().await;
    session.user_id().to_owned()
}

/// What a request answers that was let in before the visitor used that route, and ended after it. Both
/// have these cookies.
async fn overtaken_by(path: &str, ttl: Duration, cookies: [&str; 2]) -> Answer {
    let rolling = |asked: &Asked| {
        let told = || Reply::json(&session()).with("set-cookie", ROLLED);
        route(&asked.target).unwrap_or_else(told)
    };
    let site = Site::with_options(rolling, |options| options.cache_ttl(ttl));
    let gates = Arc::new([Notify::new(), Notify::new()]);
    let router: Router = Router::new()
        .route("/slow", routing::get(slow))
        .layer(Extension(Arc::clone(&gates)))
        .with_state(site.app.auth.clone());
    let [before, by_then] = cookies;
    let request = visit("/slow", before);
    let slow = tokio::spawn(async move { send(&router, request).await });
    let [begun, goes_on] = &*gates;
    begun.notified().await;
    let done = site.send(post(path).header("cookie", by_then)).await;
    assert_eq!(done.cookies().len(), 1);
    goes_on.notify_one();
    let answer = slow.await.expect("answered");
    assert_eq!(answer.status, 200);
    answer
}

#[tokio::test]
async fn a_session_that_was_signed_out_does_not_come_back() {
    for ttl in [0, 60].map(Duration::from_secs) {
        let answer = overtaken_by(SIGN_OUT, ttl, [SESSION, SESSION]).await;
        assert!(answer.cookies().is_empty(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_new_sign_in_is_not_replaced_by_the_old_session() {
    let minute = Duration::from_secs(60);
    let answer = overtaken_by(SIGN_IN, minute, [SESSION, SESSION]).await;
    assert!(answer.cookies().is_empty(), "{answer:?}");
}

#[tokio::test]
async fn a_browser_that_has_another_token_by_then_is_known_by_its_csrf_cookie() {
    let minute = Duration::from_secs(60);
    let before = format!("{SESSION}; authjs.csrf-token=hers%7Chash");
    let by_then = "authjs.csrf-token=hers%7Chash; authjs.session-token=later";
    let answer = overtaken_by(SIGN_OUT, minute, [&before, by_then]).await;
    assert!(answer.cookies().is_empty(), "{answer:?}");
}

#[tokio::test]
async fn another_browser_is_given_its_cookie_all_the_same() {
    let minute = Duration::from_secs(60);
    let before = format!("{SESSION}; authjs.csrf-token=hers%7Chash");
    let by_then = "authjs.csrf-token=another%7Chash; authjs.session-token=another";
    let answer = overtaken_by(SIGN_OUT, minute, [&before, by_then]).await;
    assert_eq!(answer.cookies(), [ROLLED]);
}

/// What a request answers whose question was under way while the visitor used that route.
async fn overtaken_while_asking(path: &str, told: fn() -> Reply) -> Answer {
    let gate = Gate::default();
    let behind = gate.clone();
    let site = remembering(move |asked| {
        let late = || Reply::Behind(behind.clone(), Box::new(told()));
        route(&asked.target).unwrap_or_else(late)
    });
    let router = site.app.router.clone();
    let request = visit("/me", SESSION);
    let asking = tokio::spawn(async move { send(&router, request).await });
    site.upstream.until_asked(1).await;
    site.send(post(path).header("cookie", SESSION)).await;
    gate.open();
    asking.await.expect("answered")
}

#[tokio::test]
async fn a_question_that_a_sign_out_overtakes_gives_nothing() {
    let told = || Reply::json(&session()).with("set-cookie", ROLLED);
    let answer = overtaken_while_asking(SIGN_OUT, told).await;
    assert!(answer.cookies().is_empty(), "{answer:?}");
}

#[tokio::test]
async fn a_question_that_a_sign_in_overtakes_removes_nothing() {
    let gone = || Reply::text("application/json", "null").with("set-cookie", REMOVED);
    let answer = overtaken_while_asking(SIGN_IN, gone).await;
    assert_eq!(answer.status, 401);
    assert!(answer.cookies().is_empty(), "{answer:?}");
}

/// What a request answers that comes after the visitor has used that route. Both have these cookies.
async fn later_than(path: &str, told: fn() -> Reply, cookies: [&str; 2]) -> (Site, Answer) {
    let site = remembering(move |asked| route(&asked.target).unwrap_or_else(told));
    let [by_then, late] = cookies;
    site.send(post(path).header("cookie", by_then)).await;
    let answer = site.send(visit("/me", late)).await;
    (site, answer)
}

#[tokio::test]
async fn a_request_that_was_sent_before_a_sign_out_and_comes_late_gives_nothing() {
    let rolled = || Reply::json(&session()).with("set-cookie", ROLLED);
    let gone = || Reply::text("application/json", "null").with("set-cookie", REMOVED);
    let with_csrf = &format!("{SESSION}; authjs.csrf-token=hers%7Chash");
    for path in [SIGN_OUT, SIGN_IN] {
        for cookies in [[SESSION, SESSION], [with_csrf, SESSION]] {
            for (told, status) in [(rolled as fn() -> Reply, 200), (gone, 401)] {
                let (site, answer) = later_than(path, told, cookies).await;
                let what = format!("{path} {cookies:?}: {answer:?}");
                assert_eq!(answer.status, status, "{what}");
                assert!(answer.cookies().is_empty(), "{what}");
                // Nobody is late for ever.
                for (seconds, given) in [(20, 0), (11, 1)] {
                    pass(Duration::from_secs(seconds)).await;
                    let answer = site.send(visit("/live", cookies[1])).await;
                    assert_eq!(answer.cookies().len(), given, "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn others_are_not_late_and_neither_is_who_has_a_new_token() {
    let rolled = || Reply::json(&session()).with("set-cookie", ROLLED);
    let hers = &format!("{SESSION}; authjs.csrf-token=hers%7Chash");
    let new = "authjs.session-token=another; authjs.csrf-token=hers%7Chash";
    let his = "authjs.session-token=his; authjs.csrf-token=his%7Chash";
    for path in [SIGN_OUT, SIGN_IN] {
        for cookies in [new, his] {
            let (_, answer) = later_than(path, rolled, [hers, cookies]).await;
            assert_eq!(answer.cookies(), [ROLLED]);
        }
    }
}

#[tokio::test]
async fn nobody_is_late_whose_cookie_stays() {
    let site = remembering(|asked| match asked.target.as_str() {
        "/api/auth/session" if asked.method == "GET" => {
            Reply::json(&session()).with("set-cookie", ROLLED)
        }
        _ => Reply::text("application/json", "{}"),
    });
    for path in ["/api/auth/signin/github", SIGN_IN, SIGN_OUT] {
        site.send(post(path).header("cookie", SESSION)).await;
        let answer = site.send(visit("/me", SESSION)).await;
        assert_eq!(answer.cookies(), [ROLLED], "{path}");
    }
}
