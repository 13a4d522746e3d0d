//! Users as the application's own database has them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{Auth, Refused, Router, Session, User, protected, public};
use portcullis_tests::{FakeClock, builder, get, send};
use serde::Deserialize;

#[derive(Clone, Deserialize)]
struct Account {
    balance: i64,
}

#[protected]
async fn account(first: Session<Account>, second: Session<Account>) -> String {
    format!("{} {}", first.user.balance, second.user.balance)
}

#[protected]
async fn user(session: Session) -> String {
    session.user.id
}

#[public(reason = "the start page greets everybody")]
async fn home(session: Option<Session<Account>>) -> String {
    session.is_some().to_string()
}

#[public(reason = "has words of its own")]
async fn in_own_words(session: Result<Session<Account>, Refused>) -> String {
    session.is_ok().to_string()
}

fn app(clock: &FakeClock, loads: &Arc<AtomicUsize>) -> (Auth, Router) {
    let loads = Arc::clone(loads);
    let auth = builder(clock)
        .load_user(move |id: String| {
            loads.fetch_add(1, Ordering::SeqCst);
            async move {
                match id.as_str() {
                    "rich" => Ok(Some(Account { balance: 1000 })),
                    "down" => Err("the database is down, password=hunter2"),
                    _ => Ok(None),
                }
            }
        })
        .build()
        .expect("usable");
    let router = Router::new()
        .route("/account", route_get(account))
        .route("/user", route_get(user))
        .route("/home", route_get(home))
        .route("/in-own-words", route_get(in_own_words))
        .with_state(auth.clone());
    (auth, router)
}

#[tokio::test]
async fn the_user_is_loaded_once_a_request_and_only_for_who_asks() {
    let loads = Arc::new(AtomicUsize::new(0));
    let (auth, app) = app(&FakeClock::default(), &loads);
    for (id, path, status, code, count) in [
        ("rich", "/user", StatusCode::OK, None, 0),
        ("rich", "/account", StatusCode::OK, None, 1),
        (
            "gone",
            "/account",
            StatusCode::UNAUTHORIZED,
            Some("session_invalid"),
            1,
        ),
        (
            "down",
            "/account",
            StatusCode::SERVICE_UNAVAILABLE,
            Some("store_unavailable"),
            1,
        ),
    ] {
        loads.store(0, Ordering::SeqCst);
        let signed_in = auth.sign_in(User::new(id)).await.expect("signed in");
        let cookie = format!("session={}", signed_in.expose_token());
        let answer = send(&app, get(path).header("cookie", cookie)).await;
        assert_eq!(answer.status, status, "{id} {path}");
        assert_eq!(loads.load(Ordering::SeqCst), count, "{id} {path}");
        match code {
            Some(code) => assert_eq!(answer.code(), code),
            None if path == "/account" => assert_eq!(answer.body, "1000 1000"),
            None => assert_eq!(answer.body, id),
        }
        assert_eq!(answer.clears_cookie(), id == "gone", "{answer:?}");
        assert_eq!(answer.cookies().len(), usize::from(id == "gone"));
        assert!(!answer.body.contains("hunter2"));
    }
}

#[tokio::test]
async fn the_session_of_who_is_gone_ends_on_public_pages_too() {
    let clock = FakeClock::default();
    let (auth, app) = app(&clock, &Arc::default());
    let mut cookies = Vec::new();
    for id in ["rich", "gone"] {
        let signed_in = auth.sign_in(User::new(id)).await.expect("signed in");
        cookies.push((id, signed_in.expose_token().to_owned()));
    }
    // A refresh is due.
    clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    for path in ["/home", "/in-own-words"] {
        for (id, token) in &cookies {
            let cookie = format!("session={token}");
            let answer = send(&app, get(path).header("cookie", cookie)).await;
            let is_gone = *id == "gone";
            assert_eq!(answer.status, StatusCode::OK, "{id} {path}");
            assert_eq!(answer.body, (!is_gone).to_string(), "{id} {path}");
            assert_eq!(answer.cookies().len(), 1, "{id} {path}");
            assert_eq!(answer.clears_cookie(), is_gone, "{id} {path}");
        }
        let (_, token) = &cookies[1];
        let bearer = get(path).header("authorization", format!("Bearer {token}"));
        let answer = send(&app, bearer).await;
        assert!(answer.cookies().is_empty(), "{path}: {answer:?}");
    }
}
