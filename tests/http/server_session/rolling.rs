//! Sessions that go on while they are read.

use std::time::Duration;

use http::StatusCode;
use portcullis::Clock;
use portcullis_tests::{get, post, send};

use super::{DAY, ada, app, cookie_of, each, name_of, signed_in};

#[tokio::test]
async fn reading_refreshes_when_that_is_due_and_shows_the_new_end() {
    for (auth, clock) in each(|builder| builder) {
        let app = app(&auth);
        let cookie = signed_in(&auth, ada()).await;
        clock.advance(DAY / 2);
        let early = send(&app, get("/session").header("cookie", &cookie)).await;
        assert!(early.cookies().is_empty());
        clock.advance(DAY);
        let headers = [("cookie", &cookie)];
        let session = auth.get_server_session(&headers).await;
        let unrefreshed = session.expect("known").expect("signed in").expires;
        assert!(
            unrefreshed < clock.now() + 30 * DAY,
            "nobody would set a cookie"
        );
        let due = send(&app, get("/session").header("cookie", &cookie)).await;
        let session = auth.get_server_session(&[("cookie", due.cookie())]).await;
        let expires = session.expect("known").expect("signed in").expires;
        assert_eq!(expires, clock.now() + 30 * DAY);
        assert!(
            due.body.contains("2027-02-15T20:00:00.000Z"),
            "{}",
            due.body
        );
    }
}

#[tokio::test]
async fn headers_alone_move_no_expiry_unless_the_cookies_are_taken() {
    for (auth, clock) in each(|builder| builder) {
        let cookie = signed_in(&auth, ada()).await;
        clock.advance(2 * DAY);
        let headers = [("cookie", &cookie)];
        for _ in 0..2 {
            let session = auth.get_server_session(&headers).await;
            let expires = session.expect("known").expect("signed in").expires;
            assert_eq!(expires, clock.now() + 28 * DAY);
        }
        let answer = auth.get_server_session_with_cookies(&headers).await;
        let (session, cookies) = answer.expect("known");
        let expires = session.expect("signed in").expires;
        assert_eq!(expires, clock.now() + 30 * DAY);
        let renewed = cookie_of(&cookies);
        assert_eq!(name_of(&renewed), name_of(&cookie));
        let session = auth.get_server_session(&[("cookie", &renewed)]).await;
        let session = session.expect("known").expect("signed in");
        assert_eq!(session.expires, expires);
    }
}

#[tokio::test]
async fn without_an_update_age_every_read_has_a_cookie_as_auth_js_has() {
    for (auth, clock) in each(|builder| builder.update_age(Duration::ZERO)) {
        let app = app(&auth);
        let first = signed_in(&auth, ada()).await;
        let mut cookie = first.clone();
        for step in [0, 0, 1, 60] {
            clock.advance(Duration::from_secs(step));
            let answer = send(&app, get("/session").header("cookie", &cookie)).await;
            cookie = answer.cookie();
            let session = auth.get_server_session(&[("cookie", &cookie)]).await;
            let session = session.expect("known").expect("signed in");
            assert_eq!(session.expires, clock.now() + 30 * DAY, "{auth:?}");
        }
        let left = send(&app, post("/leave").header("cookie", &cookie)).await;
        assert_eq!(left.status, StatusCode::OK);
        for cookie in [&first, &cookie] {
            let after = send(&app, get("/guarded").header("cookie", cookie)).await;
            assert_eq!(after.status, StatusCode::UNAUTHORIZED, "{auth:?}");
        }
    }
}

#[tokio::test]
async fn an_update_age_is_zero_or_at_least_a_second() {
    for (update_age, is_usable) in [
        (Duration::ZERO, true),
        (Duration::from_millis(1), false),
        (Duration::from_millis(999), false),
        (Duration::from_secs(1), true),
    ] {
        let clock = portcullis_tests::FakeClock::default();
        let built = portcullis_tests::builder(&clock)
            .update_age(update_age)
            .build();
        assert_eq!(built.is_ok(), is_usable, "{update_age:?}");
    }
}

#[tokio::test]
async fn the_chunks_of_a_longer_token_go_with_a_shorter_one() {
    let (auth, clock) = super::made(|builder| builder);
    let cookie = signed_in(&auth, ada().with("bio", "x".repeat(9000))).await;
    assert_eq!(cookie.split("; ").count(), 4, "{}", cookie.len());
    let (auth, _) = super::made(|builder| {
        let callbacks = super::Noting::new().jwt(|mut token| {
            token.claims_mut().remove("bio");
            Ok(Some(token))
        });
        builder.callbacks(callbacks).clock(clock.clone())
    });
    let answer = auth
        .get_server_session_with_cookies(&[("cookie", &cookie)])
        .await;
    let (session, cookies) = answer.expect("known");
    assert!(session.is_some());
    let written = cookie_of(&cookies);
    for removed in ["session.0=;", "session.1=;", "session.2=;", "session.3="] {
        assert!(written.contains(removed), "{written}");
    }
    let token = auth.get_token(&[("cookie", written)]).await;
    let token = token.expect("known").expect("signed in");
    assert_eq!(
        (token.get("bio"), token.get("theme").is_some()),
        (None, true)
    );
    let answer = send(&app(&auth), get("/session").header("cookie", &cookie)).await;
    assert_eq!(answer.cookies().len(), 5, "{:?}", answer.cookies());
}
