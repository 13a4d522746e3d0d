//! What is shown of a session.

use http::StatusCode;
use portcullis::{CallbackError, Profile, User};
use portcullis_tests::{get, send};
use serde_json::{Value, json};

use super::{DAY, Noting, ada, app, each, made, signed_in, with};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[tokio::test]
async fn a_session_is_a_name_an_address_a_picture_and_an_end() {
    for (auth, _) in each(|builder| builder.max_age(DAY)) {
        let mut user = ada();
        user.image = Some("https://app.example/ada.png".to_owned());
        let cookie = signed_in(&auth, user).await;
        let answer = send(&app(&auth), get("/session").header("cookie", &cookie)).await;
        let session = auth.get_server_session(&[("cookie", &cookie)]).await;
        let session = session.expect("known").expect("signed in");
        assert_eq!(session.session().roles(), ["editor"]);
        assert_eq!(session.session().user.extra["theme"], "dark");
        let expected = json!({
            "user": {
                "name": "Ada",
                "email": "ada@app.example",
                "image": "https://app.example/ada.png",
            },
            "expires": "2027-01-16T08:00:00.000Z",
        });
        assert_eq!(json(&answer.body), expected, "{auth:?}");
        assert_eq!(serde_json::to_value(&session).expect("JSON"), expected);
        assert!(!format!("{session:?}").contains("Ada"));
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn what_is_not_known_is_left_out() {
    for (auth, _) in each(|builder| builder.max_age(DAY)) {
        let cookie = signed_in(&auth, User::new("7")).await;
        let answer = send(&app(&auth), get("/session").header("cookie", &cookie)).await;
        let expected = json!({"user": {}, "expires": "2027-01-16T08:00:00.000Z"});
        assert_eq!(json(&answer.body), expected, "{auth:?}");
        let answer = send(&app(&auth), get("/session")).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, "null")
        );
    }
}

#[tokio::test]
async fn the_token_looks_the_same_wherever_the_session_is() {
    for (auth, _) in each(|builder| builder) {
        let cookie = signed_in(&auth, ada()).await;
        let token = auth.get_token(&[("cookie", &cookie)]).await;
        let token = token.expect("known").expect("signed in");
        assert_eq!((token.sub(), token.name()), ("7", Some("Ada")));
        assert_eq!(
            (token.email(), token.picture()),
            (Some("ada@app.example"), None)
        );
        assert_eq!(token.get("roles"), Some(&json!(["editor"])));
        assert_eq!(token.get("theme"), Some(&json!("dark")));
        let session = auth.get_server_session(&[("cookie", &cookie)]).await;
        let session = session.expect("known").expect("signed in");
        assert_eq!(token.expires(), Some(session.expires));
        let is_stored = session.session().name().is_some();
        for claim in ["iat", "jti"] {
            assert_eq!(token.get(claim).is_none(), is_stored, "{claim} {auth:?}");
        }
        assert_eq!(serde_json::to_value(&token).expect("JSON")["sub"], "7");
        assert_eq!(token.get("portcullis"), None, "that is for us alone");
        let app = app(&auth);
        let extracted = send(&app, get("/token").header("cookie", &cookie)).await;
        assert_eq!(json(&extracted.body), json!(token.claims()));
        let extracted = send(&app, get("/perhaps").header("cookie", &cookie)).await;
        assert_eq!(json(&extracted.body), json!(token.claims()));
        let shown = format!("{token:?}");
        assert!(!shown.contains("Ada") && !shown.contains('7'), "{shown}");
    }
}

#[tokio::test]
async fn a_token_as_an_argument_is_there_or_the_request_is_refused() {
    for (auth, _) in each(|builder| builder) {
        let app = app(&auth);
        let nobody = send(&app, get("/token")).await;
        assert_eq!(
            (nobody.status, nobody.code().as_str()),
            (StatusCode::UNAUTHORIZED, "unauthenticated")
        );
        let nobody = send(&app, get("/perhaps")).await;
        assert_eq!(
            (nobody.status, nobody.body.as_str()),
            (StatusCode::OK, "null")
        );
        let name = signed_in(&auth, ada()).await;
        let bad = format!("{}=x", super::name_of(&name));
        let nobody = send(&app, get("/perhaps").header("cookie", &bad)).await;
        assert_eq!((nobody.body.as_str(), nobody.cookies().len()), ("null", 1));
        let bad = send(&app, get("/perhaps").header("authorization", "Bearer x")).await;
        assert_eq!(bad.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn the_token_is_shown_as_the_callback_left_it() {
    for profile in [Profile::NextAuthV4, Profile::AuthJsV5, Profile::Native] {
        let (auth, _) = made(|builder| builder.profile(profile));
        let cookie = signed_in(&auth, ada()).await;
        let (auth, _) = made(|builder| {
            let callbacks = Noting::new().jwt(|token| Ok(Some(with(token, "name", "Countess"))));
            builder.profile(profile).callbacks(callbacks)
        });
        let session = auth.get_server_session(&[("cookie", &cookie)]).await;
        let session = session.expect("known").expect("signed in");
        assert_eq!(session.user["name"], "Countess", "{profile:?}");
    }
}

#[tokio::test]
async fn the_application_says_what_else_is_shown() {
    for (auth, _) in each(|builder| {
        builder.callbacks(Noting::new().session(|mut session, about| {
            let id = about.get("sub").or(about.get("id")).cloned();
            session.user.insert("id".to_owned(), id.into());
            session.user.remove("email");
            session
                .extra
                .insert("theme".to_owned(), about["theme"].clone());
            session.extra.insert("user".to_owned(), "nobody".into());
            session.expires += DAY;
            Ok(session)
        }))
    }) {
        let cookie = signed_in(&auth, ada()).await;
        let answer = send(&app(&auth), get("/session").header("cookie", &cookie)).await;
        let expected = json!({
            "user": {"id": "7", "name": "Ada"},
            "expires": "2027-02-15T08:00:00.000Z",
            "theme": "dark",
        });
        assert_eq!(json(&answer.body), expected, "{auth:?}");
    }
}

#[tokio::test]
async fn a_broken_session_callback_is_an_error_and_leaves_the_cookie() {
    for (auth, clock) in
        each(|builder| builder.callbacks(Noting::new().session(|_, _| Err(CallbackError::new()))))
    {
        let cookie = signed_in(&auth, ada()).await;
        clock.advance(DAY / 2);
        let answer = send(&app(&auth), get("/session").header("cookie", &cookie)).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.cookies().is_empty(), "{:?}", answer.cookies());
        let none = auth
            .get_server_session_or_none(&[("cookie", &cookie)])
            .await;
        assert!(none.is_none());
    }
}
