//! What has asked already whose request it is, around an application that hides something.

use std::time::Duration;

use axum::routing::any as plain_any;
use http::StatusCode;
use portcullis::routing::any;
use portcullis::{Auth, Router, Session, User, guard, public};
use portcullis_tests::{FakeClock, builder, get};

use super::{ask, assert_hidden, auth, cookie, missing, missing_below, secret, sent};

fn hiding() -> Router<Auth> {
    Router::new().route("/secret", any(secret))
}

#[tokio::test]
async fn behind_a_guard_the_answer_says_what_it_depends_on() {
    let auth = auth();
    for inner in [
        hiding(),
        hiding().fallback(missing_below),
        hiding().fallback(missing),
    ] {
        let inner: Router = inner.with_state(auth.clone());
        let guard = guard!(when = |session| session.user_id() == "7");
        let app: Router = Router::new()
            .guarded_service("/in", guard, inner)
            .with_state(auth.clone());
        let hidden = assert_hidden(&app, &auth, "/in/secret", "/in/absent").await;
        assert_eq!(hidden.headers.get_all("vary").iter().count(), 1);
    }
}

/// Routes tell the length of an empty body, and so do those around a router that has left.
#[tokio::test]
async fn the_length_of_nothing_is_told_for_both() {
    let auth = auth();
    let left = hiding().with_state::<()>(auth.clone()).into_axum();
    let plain = axum::Router::new()
        .route("/secret", plain_any(secret))
        .with_state(auth.clone());
    let app: Router = Router::new()
        .public_service("/left", "a test", left)
        .public_service("/plain", "a test", plain)
        .with_state(auth.clone());
    let hidden = assert_hidden(&app, &auth, "/left/secret", "/left/absent").await;
    assert_eq!(hidden.header("content-length"), "0");
    let hidden = ask(&app, &auth, get("/plain/secret")).await;
    assert_eq!(hidden.header("content-length"), "0");
}

#[public(reason = "there is nothing to protect")]
async fn silent() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[public(reason = "there is nothing to protect")]
async fn greet(session: Option<Session>) -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, session.is_some().to_string())
}

/// A layer refreshes the session that is due as it does for what is not there.
#[tokio::test]
async fn a_layer_of_the_same_or_another_auth_finishes_the_answer_once() {
    let (ours, clock) = (auth(), FakeClock::default());
    let guests = builder(&clock).cookie_name("guests").build();
    let guests = guests.expect("usable");
    let guest = guests.sign_in(User::new("9")).await.expect("signed in");
    let guest = format!("guests={}", guest.expose_token());
    let cookies = format!("{}; {guest}", cookie(&ours).await);
    clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    for (member, refreshed) in [
        (Router::new(), 0),
        (Router::new().fallback(silent), 0),
        (Router::new().fallback(greet), 1),
    ] {
        let member = member.with_state::<()>(guests.clone());
        let whole = hiding().with_state::<()>(ours.clone()).merge(member);
        for layer in [guests.layer(), ours.layer()] {
            let app = axum::Router::new()
                .merge(whole.clone().into_axum())
                .layer(layer);
            let ask = async |path| {
                let request = get(path).header("cookie", &cookies).body("".into());
                sent(&app, request.expect("a request")).await
            };
            let [hidden, absent] = [ask("/secret").await, ask("/absent").await];
            let headers = [&hidden, &absent].map(|answer| format!("{:?}", answer.headers));
            assert_eq!(headers[0], headers[1]);
            assert_eq!((hidden.status, &hidden.body), (absent.status, &absent.body));
            assert_eq!(hidden.cookies().len(), refreshed, "{hidden:?}");
        }
    }
}

/// What the hidden handler found out is not what its visitor is told.
#[tokio::test]
async fn a_session_that_is_due_is_refreshed_only_where_somebody_asks() {
    let clock = FakeClock::default();
    let auth = builder(&clock).build().expect("usable");
    let cookie = cookie(&auth).await;
    clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    for (app, refreshed) in [
        (hiding(), 0),
        (hiding().fallback(silent), 0),
        (hiding().fallback(greet), 1),
    ] {
        let whole: Router = app.with_state(auth.clone());
        let app = axum::Router::new()
            .fallback_service(whole)
            .layer(auth.layer());
        for path in ["/secret", "/absent"] {
            let request = get(path).header("cookie", &cookie).body("".into());
            let answer = sent(&app, request.expect("a request")).await;
            assert_eq!(answer.cookies().len(), refreshed, "{path}");
        }
    }
}
