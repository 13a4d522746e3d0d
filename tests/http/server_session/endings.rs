//! Sessions that the callback ends, and those that have ended meanwhile.

use std::time::Duration;

use http::StatusCode;
use portcullis::Profile;
use portcullis_tests::{SECRET, get, post, send};
use serde_json::json;

use super::codec::{Hs256, NOW, signed};
use super::{DAY, Noting, PROFILES, ada, app, cookie_of, made, name_of, signed_in};
use crate::server_session::each;

/// A token that was issued before ends the session; one that is about to be issued is fine.
fn ending() -> Noting {
    Noting::new().jwt(|token| Ok(Some(token).filter(|token| token.get("iat").is_none())))
}

#[tokio::test]
async fn a_session_that_the_callback_ends_is_over_for_everybody() {
    for profile in PROFILES {
        let (auth, _) = made(|builder| builder.profile(profile).callbacks(ending()));
        let app = app(&auth);
        let cookie = signed_in(&auth, ada()).await;
        let fine = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(fine.status, StatusCode::OK);
        let read = send(&app, get("/session").header("cookie", &cookie)).await;
        assert_eq!((read.status, read.body.as_str()), (StatusCode::OK, "null"));
        let cleared = read.cookie();
        assert_eq!(cleared, format!("{}=", name_of(&cookie)), "{profile:?}");
        assert!(read.cookies()[0].contains("Max-Age=0"));
        let after = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED, "{profile:?}");
    }
}

#[tokio::test]
async fn a_refresh_that_is_due_may_end_the_session() {
    for profile in PROFILES {
        let (auth, clock) = made(|builder| builder.profile(profile).callbacks(ending()));
        let app = app(&auth);
        let cookie = signed_in(&auth, ada()).await;
        clock.advance(2 * DAY);
        let last = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(last.status, StatusCode::OK);
        assert!(last.cookies()[0].contains("Max-Age=0"), "{profile:?}");
        let after = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn where_there_is_no_response_the_cookies_say_that_it_is_over() {
    for profile in PROFILES {
        let (auth, _) = made(|builder| builder.profile(profile).callbacks(ending()));
        let cookie = signed_in(&auth, ada()).await;
        let headers = [("cookie", &cookie)];
        let (session, cookies) = auth
            .get_server_session_with_cookies(&headers)
            .await
            .expect("known");
        assert!(session.is_none());
        assert_eq!(cookie_of(&cookies), format!("{}=", name_of(&cookie)));
        let token = auth.get_token(&headers).await.expect("known");
        assert!(token.is_none(), "{profile:?}");
    }
}

#[tokio::test]
async fn a_cookie_of_no_more_use_is_removed_and_an_ambiguous_one_stays() {
    for (auth, clock) in each(|builder| builder.max_age(DAY)) {
        let cookie = signed_in(&auth, ada()).await;
        let name = name_of(&cookie);
        let answered = async |cookie: String| {
            let answer = auth
                .get_server_session_with_cookies(&[("cookie", cookie)])
                .await;
            let (session, cookies) = answer.expect("known");
            assert!(session.is_none());
            cookie_of(&cookies)
        };
        assert_eq!(answered("theme=dark".to_owned()).await, "");
        assert_eq!(answered(format!("{name}=x")).await, format!("{name}="));
        assert_eq!(
            answered(format!("{name}.0=x; {name}.1=y")).await,
            format!("{name}.0=; {name}.1=")
        );
        assert_eq!(answered(format!("{cookie}; {name}=x")).await, "");
        clock.advance(DAY + DAY);
        assert_eq!(answered(cookie.clone()).await, format!("{name}="));
    }
}

#[tokio::test]
async fn what_was_signed_out_meanwhile_does_not_come_back() {
    for (auth, clock) in each(|builder| builder.callbacks(Noting::new())) {
        let app = app(&auth);
        let cookie = signed_in(&auth, ada()).await;
        clock.advance(2 * DAY);
        let left = send(&app, post("/leave").header("cookie", &cookie)).await;
        assert_eq!(left.status, StatusCode::OK);
        assert_eq!(left.cookie(), format!("{}=", name_of(&cookie)));
        let after = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_session_stands_as_long_as_a_guard_lets_it_pass() {
    for (auth, clock) in each(|builder| builder.max_age(DAY).absolute_max_age(DAY)) {
        for is_known in [false, true] {
            let auth_time = is_known.then(|| portcullis::Clock::now(&clock));
            let begun = auth.sign_in(ada()).auth_time(auth_time).await;
            let bearer = format!("Bearer {}", begun.expect("begun").expose_token());
            let headers = [("authorization", &bearer)];
            let session = auth.get_server_session(&headers).await;
            let session = session.expect("known").expect("signed in");
            clock.advance(DAY - Duration::from_secs(1));
            for second in -1..20 {
                let request = get("/guarded").header("authorization", &bearer);
                let guarded = send(&app(&auth), request).await;
                assert_eq!(
                    session.session().still_valid().await.expect("an answer"),
                    guarded.status == StatusCode::OK,
                    "{auth:?} {is_known} {second}"
                );
                clock.advance(Duration::from_secs(1));
            }
        }
    }
}

#[tokio::test]
async fn a_session_of_auth_js_stands_as_long_as_a_guard_lets_it_pass() {
    let (auth, clock) = made(|builder| builder.profile(Profile::AuthJsV5).codec(Hs256));
    let token = signed(&json!({"sub": "7", "iat": NOW, "exp": NOW + 1}), SECRET);
    let bearer = format!("Bearer {token}");
    let session = auth.get_server_session(&[("authorization", &bearer)]).await;
    let session = session.expect("known").expect("signed in");
    for second in 0..20 {
        let request = get("/guarded").header("authorization", &bearer);
        let is_let_in = send(&app(&auth), request).await.status == StatusCode::OK;
        let stands = session.session().still_valid().await.expect("an answer");
        assert_eq!((stands, is_let_in), (second < 16, second < 16), "{second}");
        clock.advance(Duration::from_secs(1));
    }
}
