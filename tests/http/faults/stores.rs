//! Stores that do not play along, and clocks that jump.

use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{
    Clock, Degraded, OnStoreError, Router, Session, SessionStore, SqliteStore, User, public,
};
use portcullis_tests::{Answer, FakeClock, Log, builder, get, post, send};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::app::App;
use crate::races;
use crate::stores::{Mood, Moody, moody};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A hundred requests with one cookie, at the same time.
async fn hundred(app: &App, cookie: &str) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let (app, cookie) = (app.clone(), cookie.to_owned());
        tasks.spawn(async move { app.send(get("/me").header("cookie", cookie)).await });
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn row_26_a_session_that_expired_is_refused_and_its_row_deleted_once() {
    let (idle, store, cookie) = moody().await;
    let strict = App::configured(|builder| {
        let limited = builder.max_age(DAY).absolute_max_age(2 * DAY);
        limited.store(store.clone()).clock(idle.clock.clone())
    });
    let other = idle.sign_in(User::new("8")).await;
    // Over for one since it was not used, for the other since it is too old.
    for (app, cookie, end) in [
        (&strict, &other, 2 * DAY),
        (&idle, &cookie, 28 * DAY - 2 * HOUR),
    ] {
        idle.clock.advance(end);
        let deletions = || store.deletions.swap(0, Ordering::SeqCst);
        for grace in [Duration::ZERO, 2 * HOUR - Duration::from_secs(1)] {
            idle.clock.advance(grace);
            let answer = app.send(get("/me").header("cookie", cookie)).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert_eq!(answer.code(), "session_expired");
            assert!(answer.clears_cookie());
            assert_eq!(deletions(), 0, "a clock may have jumped");
        }
        idle.clock.advance(Duration::from_secs(1));
        for answer in hundred(app, cookie).await {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            assert!(answer.clears_cookie());
        }
        assert_eq!(deletions(), 1);
        let afterwards = app.send(get("/me").header("cookie", cookie)).await;
        assert_eq!(afterwards.code(), "session_invalid", "it is gone");
        assert_eq!((deletions(), app.runs.count()), (0, 0));
    }
}

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
    let answers = hundred(&app, &cookie).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    let renewed: Vec<_> = answers.iter().flat_map(|answer| answer.cookies()).collect();
    assert!(!renewed.is_empty() && renewed.iter().all(|renewed| renewed.starts_with(&cookie)));
    assert_eq!(store.extensions.load(Ordering::SeqCst), 1);
    app.clock.advance(30 * DAY - Duration::from_secs(1));
    let last = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(last.status, StatusCode::OK, "the expiry moved on");
}

/// An application on a file with several connections.
async fn on_a_file() -> (App, SqliteStore, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(folder.path().join("sessions.db")).await;
    let store = store.expect("a file");
    let app = App::configured(|builder| builder.store(store.clone()));
    (app, store, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn row_32_a_hundred_requests_at_refresh_time_write_once_to_sqlite() {
    let (app, store, _folder) = on_a_file().await;
    let cookie = app.sign_in(User::new("7")).await;
    for _ in 0..10 {
        app.clock.advance(2 * DAY);
        let answers = hundred(&app, &cookie).await;
        assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
        // Whoever moved the expiry says so to the browser.
        let renewed: Vec<_> = answers.iter().flat_map(Answer::cookies).collect();
        assert!(
            renewed.len() == 1 && renewed[0].starts_with(&cookie),
            "{renewed:?}"
        );
        let stored = store.list_user("7").await.expect("an answer").remove(0);
        assert_eq!(stored.expires, app.clock.now() + 30 * DAY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn row_33_a_thousand_sign_outs_are_final_while_requests_refresh() {
    let (app, store, _folder) = on_a_file().await;
    let mut cookies = Vec::new();
    for _ in 0..1_000 {
        cookies.push(app.sign_in(User::new("7")).await);
    }
    // A refresh is due in each.
    app.clock.advance(2 * DAY);
    for cookie in &cookies {
        let mut tasks = JoinSet::new();
        for request in [get("/me"), post("/sign-out"), get("/me")] {
            let (app, request) = (app.clone(), request.header("cookie", cookie));
            tasks.spawn(async move { app.send(request).await });
        }
        let answers = tasks.join_all().await;
        let left = answers.iter().filter(|answer| answer.body == "bye").count();
        assert_eq!(left, 1, "{answers:?}");
        let afterwards = app.send(get("/me").header("cookie", cookie)).await;
        assert_eq!(afterwards.status, StatusCode::UNAUTHORIZED);
    }
    let left = store.list_user("7").await.expect("an answer");
    assert_eq!(left, [], "no row came back");
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

#[tokio::test]
async fn row_28_the_store_hangs() {
    let (app, store, cookie) = moody().await;
    store.is(Mood::Hanging);
    tokio::time::pause();
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    let (before, begun) = (tasks(), tokio::time::Instant::now());
    for _ in 0..1_000 {
        let answer = app.send(get("/me").header("cookie", &cookie)).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.code(), "store_unavailable");
        assert_eq!(answer.header("retry-after"), "5");
        assert!(answer.cookies().is_empty());
    }
    // The time that is not the real one moves in whole milliseconds.
    let deadline = begun.elapsed() / 1_000;
    assert!(
        (1_000..=1_001).contains(&deadline.as_millis()),
        "{deadline:?}"
    );
    assert!(tasks() <= before, "nothing is left behind");
    assert_eq!(app.runs.count(), 0);
    tokio::time::resume();
    store.is(Mood::Fine);
    let answer = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(answer.status, StatusCode::OK);
}
