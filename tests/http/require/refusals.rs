//! What whoever may not pass is told, and that nothing behind the layer runs then.

use http::{Request, StatusCode};
use portcullis::{MemoryStore, Profile, User, guard};

use super::{BROWSER, Site};
use crate::stores::{Mood, Moody};

#[tokio::test]
async fn one_line_guards_everything() {
    for site in Site::each(|auth| auth.require_session()) {
        let cookie = site.cookie(User::new("7")).await;
        for path in ["/", "/dashboard", "/public/a.css", "/publicity", "/nowhere"] {
            let answer = site.ask(Request::get(path)).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(answer.code(), "unauthenticated");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="app""#);
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(answer.header("vary").contains("cookie"));
        }
        assert_eq!(site.runs.count(), 0);
        let request = Request::get("/dashboard").header("cookie", &cookie);
        let answer = site.ask(request).await;
        assert_eq!((answer.status, &*answer.body), (StatusCode::OK, "ran"));
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.header("vary"), "cookie, authorization");
        let request = Request::get("/nowhere").header("cookie", &cookie);
        assert_eq!(site.status(request).await, 404);
    }
}

#[tokio::test]
async fn a_rule_is_asked_of_everything() {
    for site in Site::each(|auth| auth.require(guard!(role = "admin"))) {
        let editor = site.cookie(User::new("7").with_roles(["editor"])).await;
        let admin = site.cookie(User::new("8").with_roles(["admin"])).await;
        for (cookie, status, code) in [
            ("", 401, "unauthenticated"),
            (&editor, 403, "forbidden"),
            ("session=x; authjs.session-token=x", 401, "session_invalid"),
        ] {
            for method in ["GET", "POST", "DELETE", "OPTIONS"] {
                let request = Request::builder().method(method).uri("/dashboard");
                let answer = site.ask(request.header("cookie", cookie)).await;
                assert_eq!((answer.status.as_u16(), &*answer.code()), (status, code));
            }
        }
        assert_eq!(site.runs.count(), 0);
        for method in ["GET", "POST", "DELETE"] {
            let request = Request::builder().method(method).uri("/dashboard");
            assert_eq!(site.status(request.header("cookie", &admin)).await, 200);
        }
    }
}

#[tokio::test]
async fn bearer_tokens_count_as_they_do_for_handlers() {
    for (strict, status) in [(false, 200), (true, 401)] {
        let site = Site::new(
            |builder| builder,
            |auth| match strict {
                true => auth.require(guard!(via = cookie)),
                false => auth.require_session(),
            },
        );
        let token = site.auth.sign_in(User::new("7")).await.expect("signed in");
        let bearer = format!("Bearer {}", token.expose_token());
        let request = Request::get("/dashboard").header("authorization", bearer);
        assert_eq!(site.status(request).await, status);
        let request = Request::get("/dashboard").header("authorization", "Bearer x");
        assert_eq!(site.status(request).await, 401);
    }
}

#[tokio::test]
async fn a_store_that_is_down_is_503_for_everybody_and_signs_nobody_out() {
    let store = Moody::new().await;
    let site = Site::new(
        |builder| builder.store(store.clone()),
        |auth| auth.require_session(),
    );
    let cookie = site.cookie(User::new("7")).await;
    store.is(Mood::Down);
    for accept in ["application/json", BROWSER] {
        let request = Request::get("/dashboard").header("accept", accept);
        let answer = site.ask(request.header("cookie", &cookie)).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header("retry-after"), "5");
        assert!(answer.cookies().is_empty());
    }
    assert_eq!(site.runs.count(), 0);
    // Nobody need ask the store about nobody.
    assert_eq!(site.status(Request::get("/dashboard")).await, 401);
}

#[tokio::test]
async fn what_another_site_makes_a_browser_send_is_refused() {
    for site in Site::each(|auth| auth.require_session()) {
        let cookie = site.cookie(User::new("7")).await;
        let send = async |method: &str, site_header: &str, origin: &str| {
            let request = Request::builder().method(method).uri("/dashboard");
            let request = request.header("cookie", &cookie);
            let request = request.header("sec-fetch-site", site_header);
            site.status(request.header("origin", origin)).await
        };
        assert_eq!(
            send("POST", "cross-site", "https://evil.example").await,
            403
        );
        assert_eq!(send("GET", "cross-site", "https://evil.example").await, 200);
        assert_eq!(
            send("POST", "same-origin", "http://localhost:3000").await,
            200
        );
    }
}

#[tokio::test]
async fn step_up_is_asked_for() {
    let site = Site::new(
        |builder| builder.store(MemoryStore::new()),
        |auth| auth.require(guard!(fresh = "15m")),
    );
    let cookie = site.cookie(User::new("7")).await;
    let visit = || Request::get("/dashboard").header("cookie", &cookie);
    assert_eq!(site.status(visit()).await, 200);
    site.clock.advance(std::time::Duration::from_secs(16 * 60));
    let answer = site.ask(visit()).await;
    assert_eq!(answer.code(), "insufficient_user_authentication");
    let answer = site.ask(visit().header("accept", BROWSER)).await;
    assert_eq!(
        answer.header("location"),
        "/sign-in?callbackUrl=%2Fdashboard&prompt=login"
    );
}

#[test]
#[should_panic(expected = "no store to read sessions from")]
fn a_layer_that_no_request_could_pass_is_refused_at_the_start() {
    let _ = Site::new(|builder| builder, |auth| auth.require(guard!(live)));
}

#[tokio::test]
async fn a_user_without_the_claim_that_counts_is_refused() {
    let site = Site::new(
        |builder| builder.profile(Profile::NextAuthV4),
        |auth| auth.require(guard!(claim("plan" = "gold"))),
    );
    let cookie = site.cookie(User::new("7")).await;
    let request = Request::get("/dashboard").header("cookie", cookie);
    assert_eq!(site.status(request).await, 403);
}
