//! What the application has to say while sessions are made and read.

use http::StatusCode;
use portcullis::{Auth, AuthError, CallbackError, ServerSessionError};
use portcullis_tests::{Log, ORIGIN, SECRET, get, post, send};
use serde_json::json;

use super::{DAY, Noting, PROFILES, ada, app, each, made, signed_in, with};

#[tokio::test]
async fn what_the_callback_adds_at_sign_in_is_in_the_token() {
    for profile in PROFILES {
        let callbacks = Noting::new().jwt(|token| Ok(Some(with(token, "plan", "gold"))));
        let (auth, _) = made(|builder| builder.profile(profile).callbacks(callbacks.clone()));
        let cookie = signed_in(&auth, ada()).await;
        assert_eq!(callbacks.noted(), ["jwt: sign in 7", "signed in 7"]);
        let token = auth.get_token(&[("cookie", &cookie)]).await;
        let token = token.expect("known").expect("signed in");
        assert_eq!(token.get("plan"), Some(&json!("gold")), "{profile:?}");
        assert_eq!(token.get("roles"), Some(&json!(["editor"])));
        assert_eq!(token.get("theme"), Some(&json!("dark")));
        // Nothing is new when the session is read.
        let read = send(&app(&auth), get("/session").header("cookie", &cookie)).await;
        assert!(read.cookies().is_empty(), "{profile:?}");
        assert_eq!(callbacks.noted(), ["jwt: read", "session"]);
    }
}

#[tokio::test]
async fn callbacks_are_asked_once_a_request_and_never_by_guards() {
    for profile in PROFILES {
        let callbacks = Noting::new();
        let (auth, clock) = made(|builder| builder.profile(profile).callbacks(callbacks.clone()));
        let app = app(&auth);
        let cookie = signed_in(&auth, ada()).await;
        callbacks.noted();
        let guarded = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(
            (guarded.status, callbacks.noted().len()),
            (StatusCode::OK, 0)
        );
        let thrice = send(&app, get("/thrice").header("cookie", &cookie)).await;
        assert_eq!(thrice.status, StatusCode::OK);
        assert_eq!(callbacks.noted(), ["jwt: read", "session"]);
        auth.get_token(&[("cookie", &cookie)]).await.expect("known");
        assert!(callbacks.noted().is_empty());
        clock.advance(2 * DAY);
        let refreshed = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!((refreshed.cookies().len(), callbacks.noted().len()), (1, 1));
        let thrice = send(&app, get("/thrice").header("cookie", &cookie)).await;
        assert_eq!(thrice.cookies().len(), 1);
        assert_eq!(callbacks.noted(), ["jwt: read", "session"]);
    }
}

#[tokio::test]
async fn stored_sessions_have_no_token_to_ask_about() {
    let callbacks = Noting::new().jwt(|_| Err(CallbackError::new()));
    for (auth, clock) in each(|builder| builder.callbacks(callbacks.clone())).split_off(3) {
        let app = app(&auth);
        let cookie = signed_in(&auth, ada()).await;
        clock.advance(2 * DAY);
        let read = send(&app, get("/session").header("cookie", &cookie)).await;
        assert_eq!((read.status, read.cookies().len()), (StatusCode::OK, 1));
        assert_eq!(callbacks.noted(), ["signed in 7", "session"]);
    }
}

#[tokio::test]
async fn changed_content_is_in_the_cookie_of_the_same_response() {
    for profile in PROFILES {
        let (auth, clock) = made(|builder| {
            let callbacks = Noting::new().jwt(|token| {
                let read = token.get("read").and_then(|read| read.as_i64());
                let is_new = token.get("iat").is_none();
                Ok(Some(match is_new {
                    true => token,
                    false => with(token, "read", read.unwrap_or(0) + 1),
                }))
            });
            builder.profile(profile).callbacks(callbacks)
        });
        let app = app(&auth);
        let mut cookie = signed_in(&auth, ada()).await;
        for read in 1..4 {
            clock.advance(DAY / 4);
            let answer = send(&app, get("/session").header("cookie", &cookie)).await;
            cookie = answer.cookie();
            let headers = [("cookie", &cookie)];
            let token = auth
                .get_token(&headers)
                .await
                .expect("known")
                .expect("there");
            assert_eq!(token.get("read"), Some(&json!(read)), "{profile:?}");
            assert_eq!(token.get("roles"), Some(&json!(["editor"])));
            assert_eq!(token.name(), Some("Ada"));
            let session = auth.get_server_session(&headers).await;
            let session = session.expect("known").expect("there");
            // What is written anyway lasts as long as if it were new.
            assert_eq!(session.expires, clock_now(&clock) + 30 * DAY);
        }
        // Ending the last one ends those before.
        let left = send(&app, post("/leave").header("cookie", &cookie)).await;
        assert_eq!(left.status, StatusCode::OK);
        let after = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    }
}

fn clock_now(clock: &portcullis_tests::FakeClock) -> std::time::SystemTime {
    portcullis::Clock::now(clock)
}

#[tokio::test]
async fn without_the_response_half_the_change_comes_as_cookies() {
    for profile in PROFILES {
        let (auth, _) = made(|builder| builder.profile(profile));
        let cookie = signed_in(&auth, ada()).await;
        let (auth, _) = made(|builder| {
            let callbacks = Noting::new().jwt(|token| Ok(Some(with(token, "plan", "gold"))));
            builder.profile(profile).callbacks(callbacks)
        });
        let headers = [("cookie", &cookie)];
        let (session, cookies) = auth
            .get_server_session_with_cookies(&headers)
            .await
            .expect("known");
        assert!(session.is_some());
        let renewed = super::cookie_of(&cookies);
        let token = auth.get_token(&[("cookie", &renewed)]).await;
        let token = token.expect("known").expect("signed in");
        assert_eq!(token.get("plan"), Some(&json!("gold")));
        let (_, cookies) = auth
            .get_server_session_with_cookies(&[("cookie", &renewed)])
            .await
            .expect("known");
        assert!(cookies.is_empty(), "nothing is new");
        let bearer = renewed.split_once('=').expect("a value").1;
        let bearer = [("authorization", format!("Bearer {bearer}"))];
        let (session, cookies) = auth
            .get_server_session_with_cookies(&bearer)
            .await
            .expect("known");
        assert!(session.is_some() && cookies.is_empty());
    }
}

#[tokio::test]
async fn a_new_view_of_the_user_passes_the_callback() {
    for profile in PROFILES {
        let callbacks = Noting::new().jwt(|token| Ok(Some(with(token, "plan", "gold"))));
        let (auth, _) = made(|builder| builder.profile(profile).callbacks(callbacks.clone()));
        let cookie = signed_in(&auth, ada()).await;
        callbacks.noted();
        let renamed = send(&app(&auth), post("/rename").header("cookie", &cookie)).await;
        assert_eq!(callbacks.noted(), ["jwt: changed 7"]);
        let token = auth.get_token(&[("cookie", renamed.cookie())]).await;
        let token = token.expect("known").expect("signed in");
        assert_eq!(token.name(), Some("Countess"));
        assert_eq!(token.get("plan"), Some(&json!("gold")));
        assert_eq!(
            (token.email(), token.get("roles")),
            (None, None),
            "{profile:?}"
        );
    }
}

#[tokio::test]
async fn whom_a_session_is_about_cannot_be_changed() {
    for profile in PROFILES {
        let (auth, _) = made(|builder| builder.profile(profile));
        let cookie = signed_in(&auth, ada()).await;
        for claims in [json!({"sub": "8"}), json!({"sub": null}), deep(40)] {
            let (auth, _) = made(|builder| {
                let callbacks = Noting::new().jwt(move |mut token| {
                    let claims = claims.as_object().expect("an object").clone();
                    token.claims_mut().extend(claims);
                    Ok(Some(token))
                });
                builder.profile(profile).callbacks(callbacks)
            });
            let read = auth.get_server_session(&[("cookie", &cookie)]).await;
            assert_eq!(
                read.err(),
                Some(ServerSessionError::Callback),
                "{profile:?}"
            );
            let begun = auth.sign_in(ada()).await;
            assert!(matches!(begun, Err(AuthError::Callback)));
        }
    }
}

fn deep(levels: usize) -> serde_json::Value {
    (0..levels).fold(json!(1), |inner, _| json!({ "in": inner }))
}

/// An error that says what nobody should read in a log.
#[derive(Debug)]
struct Quoting;

impl std::fmt::Display for Quoting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("token of ada@app.example")
    }
}

impl std::error::Error for Quoting {}

#[tokio::test]
async fn a_failing_callback_signs_nobody_out_and_its_words_are_not_logged() {
    for profile in PROFILES {
        let (auth, clock) = made(|builder| builder.profile(profile));
        let cookie = signed_in(&auth, ada()).await;
        let broken = Auth::builder()
            .profile(profile)
            .secret(SECRET)
            .origin(ORIGIN)
            .clock(clock.clone())
            .callbacks(Noting::new().jwt(|_| Err(Quoting)?))
            .build()
            .expect("usable");
        clock.advance(2 * DAY);
        let log = Log::default();
        let logging = log.start();
        let app = app(&broken);
        let refreshed = send(&app, get("/guarded").header("cookie", &cookie)).await;
        assert_eq!(
            (refreshed.status, refreshed.cookies().len()),
            (StatusCode::OK, 0)
        );
        let read = send(&app, get("/session").header("cookie", &cookie)).await;
        assert_eq!(read.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(read.cookies().is_empty());
        let begun = send(&app, post("/sign-in")).await;
        assert_eq!(begun.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(begun.cookies().is_empty());
        drop(logging);
        let text = log.text();
        assert!(
            text.contains("a callback failed") && text.contains("Quoting"),
            "{text}"
        );
        assert!(!text.contains("ada@app.example"), "{text}");
        let fine = send(
            &super::app(&auth),
            get("/guarded").header("cookie", &cookie),
        )
        .await;
        assert_eq!(fine.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_callback_may_let_no_session_begin() {
    for profile in PROFILES {
        let callbacks = Noting::new().jwt(|_| Ok(None));
        let (auth, _) = made(|builder| builder.profile(profile).callbacks(callbacks.clone()));
        let declined = send(&app(&auth), post("/sign-in")).await;
        assert_eq!(declined.status, StatusCode::FORBIDDEN);
        assert!(declined.cookies().is_empty());
        assert_eq!(callbacks.noted(), ["jwt: sign in 7"]);
    }
}

#[tokio::test]
async fn events_are_told_after_the_fact() {
    let callbacks = Noting::new();
    for (auth, _) in each(|builder| builder.callbacks(callbacks.clone())) {
        let app = app(&auth);
        let last = || callbacks.noted().pop();
        let cookie = send(&app, post("/sign-in")).await.cookie();
        assert_eq!(last().as_deref(), Some("signed in 7"));
        send(&app, post("/leave").header("cookie", &cookie)).await;
        assert_eq!(last().as_deref(), Some("signed out 7"));
        send(&app, post("/leave").header("cookie", &cookie)).await;
        assert_eq!(last(), None);
    }
}
