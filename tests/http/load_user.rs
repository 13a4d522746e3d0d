//! Users as the application's own database has them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{Auth, Router, Session, User, protected};
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

fn app(loads: &Arc<AtomicUsize>) -> (Auth, Router) {
    let loads = Arc::clone(loads);
    let auth = builder(&FakeClock::default())
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
        .with_state(auth.clone());
    (auth, router)
}

#[tokio::test]
async fn the_user_is_loaded_once_a_request_and_only_for_who_asks() {
    let loads = Arc::new(AtomicUsize::new(0));
    let (auth, app) = app(&loads);
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
