//! What guards and sessions behind a layer know already, and what the layer does for the response.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Request;
use axum::routing::get as plain_get;
use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{Auth, Decision, DecisionSink, Router, Session, User, authorized, guard};
use portcullis_tests::{FakeClock, builder, get, send};

use super::{Site, ask, cookie};
use crate::stores::Moody;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[authorized(role = "editor")]
async fn edit(session: Session) -> String {
    session.user_id().to_owned()
}

#[tokio::test]
async fn the_store_is_asked_once() {
    let store = Moody::new().await;
    let auth = builder(&FakeClock::default()).store(store.clone());
    let auth = auth.build().expect("usable");
    let app: Router = Router::new()
        .route("/edit", route_get(edit))
        .layer(auth.require(guard!(any(role = "admin", role = "editor"))))
        .layer(auth.require_session())
        .with_state(auth.clone());
    let cookie = cookie(&auth, User::new("7").with_roles(["editor"])).await;
    let before = store.loads();
    let answer = send(&app, get("/edit").header("cookie", cookie)).await;
    assert_eq!((answer.status, &*answer.body), (StatusCode::OK, "7"));
    assert_eq!(store.loads() - before, 1);
    let answer = send(&app, get("/edit")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(store.loads() - before, 1);
}

async fn who(session: Session) -> String {
    session.user_id().to_owned()
}

#[tokio::test]
async fn handlers_without_a_guard_find_the_session() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let app = axum::Router::new()
        .route("/who", plain_get(who))
        .layer(auth.require_session())
        .with_state(auth.clone());
    let cookie = cookie(&auth, User::new("7")).await;
    let request = get("/who").header("cookie", cookie);
    let request: Request = request.body(axum::body::Body::empty()).expect("a request");
    assert_eq!(ask(app, request).await.body, "7");
}

#[tokio::test]
async fn a_session_is_refreshed_once_and_only_if_it_passes() {
    for site in Site::each(|auth| auth.require(guard!(role = "admin")).skip("/public")) {
        let admin = site.cookie(User::new("7").with_roles(["admin"])).await;
        let editor = site.cookie(User::new("8")).await;
        site.clock.advance(DAY + DAY);
        let request = |path: &str, cookie: &str| get(path).header("cookie", cookie);
        // Each router refreshes it, but a stored one is moved once.
        let answer = ask_plain(&site, request("/dashboard", &admin)).await;
        assert_eq!((answer.status.as_u16(), answer.cookies().len()), (200, 1));
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let denied = ask_plain(&site, request("/dashboard", &editor)).await;
        assert_eq!((denied.status.as_u16(), denied.cookies().len()), (403, 0));
        let skipped = ask_plain(&site, request("/public/a.css", &editor)).await;
        assert_eq!((skipped.status.as_u16(), skipped.cookies().len()), (200, 0));
    }
}

async fn ask_plain(site: &Site, request: http::request::Builder) -> portcullis_tests::Answer {
    let request = request.body(axum::body::Body::empty()).expect("a request");
    ask(site.plain.clone(), request).await
}

#[tokio::test]
async fn a_cookie_of_no_use_is_removed() {
    for site in Site::each(|auth| auth.require_session()) {
        let cookie = site.cookie(User::new("7")).await;
        let name = cookie.split('=').next().expect("a name");
        let request = get("/dashboard").header("cookie", format!("{name}=x"));
        let answer = ask_plain(&site, request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(
            answer.cookies()[0].starts_with(&format!("{name}=;")),
            "{answer:?}"
        );
    }
}

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl DecisionSink for Heard {
    fn decided(&self, decision: &Decision<'_>) {
        let rule = decision.rule().map(|rule| rule.to_string());
        self.0.lock().expect("nobody panicked").push(format!(
            "{} {} {:?} {}",
            decision.code(),
            decision.path(),
            decision.handler(),
            rule.unwrap_or_default()
        ));
    }
}

#[tokio::test]
async fn the_audit_trail_hears_of_refusals_and_of_what_is_audited() {
    let heard = Heard::default();
    let site = Site::new(
        |builder| builder.decisions(heard.clone()),
        |auth: &Auth| auth.require(guard!(role = "admin", audit)),
    );
    let admin = site.cookie(User::new("7").with_roles(["admin"])).await;
    ask_plain(&site, get("/dashboard?tab=1").header("cookie", &admin)).await;
    ask_plain(&site, get("/dashboard")).await;
    ask_plain(&site, get("/sign-in")).await;
    assert_eq!(
        *heard.0.lock().expect("nobody panicked"),
        [
            "granted /dashboard None role admin",
            "unauthenticated /dashboard None role admin",
        ]
    );
}
