//! Stores that do not play along, and clocks that jump.

use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{
    Degraded, OnStoreError, Router, Session, SessionStore, SqliteStore, User, public,
};
use portcullis_tests::{FakeClock, Log, builder, get, post, send};

use crate::app::App;
use crate::races;
use crate::stores::{Mood, Moody, moody};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn row_29_the_store_returns_garbage() {
    let (app, store, cookie) = moody().await;
    let other = app.sign_in(User::new("8")).await;
    store.is(Mood::Garbled);
    let answer = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.code(), "session_corrupt");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.cookies().is_empty());
    assert_eq!(app.runs.count(), 0);
    store.is(Mood::Fine);
    for cookie in [&cookie, &other] {
        let answer = app.send(get("/me").header("cookie", cookie)).await;
        assert_eq!(answer.status, StatusCode::OK, "the row was kept");
    }
}

#[public(reason = "greets everybody")]
async fn home(session: Option<Session>, Degraded(degraded): Degraded) -> String {
    format!("{} {degraded}", session.is_some())
}

#[tokio::test]
async fn row_30_the_store_is_down_for_an_optional_session() {
    for (setting, status, body) in [
        (OnStoreError::Refuse, StatusCode::SERVICE_UNAVAILABLE, None),
        (OnStoreError::Anonymous, StatusCode::OK, Some("false true")),
    ] {
        let store = Moody::new().await;
        let auth = builder(&FakeClock::default())
            .store(store.clone())
            .on_store_error(setting)
            .build()
            .expect("usable");
        let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
        let cookie = format!("session={}", signed_in.expose_token());
        let app = Router::new().route("/", route_get(home)).with_state(auth);
        let ask = || send(&app, get("/").header("cookie", &cookie));
        assert_eq!(ask().await.body, "true false");
        store.is(Mood::Down);
        let answer = ask().await;
        assert_eq!(answer.status, status);
        assert!(answer.cookies().is_empty(), "nobody is signed out by it");
        match body {
            Some(body) => assert_eq!(answer.body, body),
            None => assert_eq!(answer.header("retry-after"), "5"),
        }
        store.is(Mood::Fine);
        assert_eq!(ask().await.body, "true false");
    }
}

#[tokio::test]
async fn row_31_a_refresh_cannot_be_written() {
    let log = Log::default();
    let _logging = log.start();
    let (app, store, cookie) = moody().await;
    app.clock.advance(2 * DAY);
    store.is(Mood::ReadOnly);
    let answer = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!((answer.status, app.runs.count()), (StatusCode::OK, 1));
    assert!(answer.cookies().is_empty());
    assert!(log.text().contains("session store is unavailable"));
    store.is(Mood::Fine);
    let next = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(next.cookie(), cookie, "nothing was lost");
}

#[tokio::test]
async fn row_32_a_hundred_requests_at_refresh_time() {
    let (app, store, cookie) = moody().await;
    app.clock.advance(2 * DAY);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (app, cookie) = (app.clone(), cookie.clone());
        tasks.spawn(async move { app.send(get("/me").header("cookie", cookie)).await });
    }
    let answers = tasks.join_all().await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    let renewed: Vec<_> = answers.iter().flat_map(|answer| answer.cookies()).collect();
    assert!(!renewed.is_empty() && renewed.iter().all(|renewed| renewed.starts_with(&cookie)));
    assert_eq!(store.extensions.load(Ordering::SeqCst), 1);
    app.clock.advance(30 * DAY - Duration::from_secs(1));
    let last = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(last.status, StatusCode::OK, "the expiry moved on");
}

#[tokio::test]
async fn row_33_sign_out_while_a_slow_request_is_on_its_way() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let app = races::App::new(|builder| builder.store(store.clone()));
    let cookie = app.cookie().await;
    // A refresh is due, which must not bring the session back.
    app.clock.advance(2 * DAY);
    let left = app.send(post("/leave"), &cookie);
    let [finished, left] = app.overtaken(get("/slow"), &cookie, left).await;
    assert_eq!(left.body, "bye");
    assert_eq!(
        (finished.status, finished.body.as_str()),
        (StatusCode::OK, "done")
    );
    assert!(finished.cookies().is_empty(), "{finished:?}");
    let afterwards = app.send(get("/slow"), &cookie).await;
    assert_eq!(afterwards.status, StatusCode::UNAUTHORIZED);
    let far_away = SystemTime::now() + 10_000 * DAY;
    assert_eq!(
        store.prune(far_away, 10).await.expect("an answer"),
        0,
        "no row"
    );
}

#[tokio::test]
async fn row_39_the_clock_jumps() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new("7")).await;
        let ask = || app.send(get("/me").header("cookie", &cookie));
        app.clock.advance(30 * DAY - HOUR / 2);
        app.clock.advance(HOUR);
        let ahead = ask().await;
        assert_eq!(ahead.code(), "session_expired");
        app.clock.turn_back(HOUR);
        let back = ask().await;
        assert_eq!(back.status, StatusCode::OK, "the row was kept");
    }
    let log = Log::default();
    let _logging = log.start();
    let app = App::jwt();
    let cookie = app.sign_in(User::new("7")).await;
    app.clock.turn_back(HOUR);
    let ahead_of_time = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(ahead_of_time.status, StatusCode::UNAUTHORIZED);
    assert!(log.text().contains("clock_skew"), "{}", log.text());

    let app = App::database().await;
    let cookie = app.sign_in(User::new("7")).await;
    app.clock.turn_back(HOUR);
    let stored = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(stored.status, StatusCode::OK);
    assert!(stored.cookies().is_empty(), "nothing is extended");
}
