//! Bearer tokens, and the times in a token.

use std::time::Duration;

use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use http::{HeaderValue, StatusCode};
use jsonwebtoken::{EncodingKey, Header, encode};
use portcullis::User;
use portcullis_tests::{Log, SECRET, get};
use serde_json::{Value, json};

use super::Refusal;
use crate::app::App;

const NOW: i64 = 1_800_000_000;
const SECOND: Duration = Duration::from_secs(1);
const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

fn bearer(token: &str) -> http::request::Builder {
    get("/me").header("authorization", format!("Bearer {token}"))
}

/// A token that is signed as ours are, with other claims than we would write.
fn signed(changes: &Value) -> String {
    let salt = Salt::new(HKDF_SHA256, b"");
    let secret = salt.extract(SECRET.as_bytes());
    let purpose: &[&[u8]] = &[b"portcullis session token, HS256, version 1\0session"];
    let mut key = [0; 32];
    let derived = secret.expand(purpose, HKDF_SHA256).expect("a key");
    derived.fill(&mut key).expect("32 bytes");
    signed_by(&key, changes)
}

/// A token like ours, with these claims among its own, signed by any key.
pub fn signed_by(key: &[u8], changes: &Value) -> String {
    let mut claims = json!({
        "sub": "7", "user": {"id": "7"}, "iat": NOW, "exp": NOW + 3600, "auth_time": NOW,
    });
    for (name, value) in changes.as_object().expect("members") {
        claims[name] = value.clone();
    }
    let header = Header {
        typ: Some("session+jwt".to_owned()),
        ..Header::default()
    };
    encode(&header, &claims, &EncodingKey::from_secret(key)).expect("a token")
}

#[tokio::test]
async fn row_08_an_expired_bearer_token_is_refused_and_the_leeway_does_not_help() {
    for (since_expiry, leeway) in [(61, 30), (0, 300), (299, 300)] {
        let jwt = App::configured(|builder| builder.leeway(leeway * SECOND));
        for app in [jwt, App::database().await] {
            let token = app.token(User::new(7)).await;
            app.clock.advance(MONTH - SECOND);
            assert_eq!(app.send(bearer(&token)).await.status, StatusCode::OK);
            app.clock.advance((1 + since_expiry) * SECOND);
            Refusal {
                code: "token_expired",
                ..Refusal::INVALID_TOKEN
            }
            .meets(&app, bearer(&token))
            .await;
        }
    }
}

#[tokio::test]
async fn row_09_a_malformed_authorization_header_is_refused() {
    for app in App::each().await {
        let token = app.token(User::new(7)).await;
        for value in [
            b"Bearer a b".as_slice(),
            b"Bearer \xc3\xbc",
            b"Bearer \xff",
            b"Bearer a,b",
            b"Bearer \"quoted\"",
            b"Bearer ==",
            b"bearer garbage",
        ] {
            let value = HeaderValue::from_bytes(value).expect("a header value");
            let request = get("/me").header("authorization", value);
            Refusal::INVALID_TOKEN.meets(&app, request).await;
        }
        for value in ["Bearer", "Bearer ", "bearer   "] {
            let request = get("/me").header("authorization", value);
            Refusal::INVALID_REQUEST.meets(&app, request).await;
        }
        for value in ["Basic YTpi", "Bearertoken", "", "Token abc"] {
            let request = get("/me").header("authorization", value);
            Refusal::ANONYMOUS.meets(&app, request).await;
        }
        for scheme in ["bearer", "BEARER", "bEaReR  "] {
            let request = get("/me").header("authorization", format!("{scheme} {token}"));
            assert_eq!(app.send(request).await.status, StatusCode::OK, "{scheme}");
        }
    }
}

#[tokio::test]
async fn row_10_the_first_credential_that_is_present_decides_alone() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new(7)).await;
        let token = app.token(User::new(8)).await;
        let both = app.send(bearer(&token).header("cookie", &cookie)).await;
        assert!(both.body.contains(r#""id":"8""#), "{}", both.body);
        assert!(both.cookies().is_empty());
        let beside_garbage = app.send(bearer(&token).header("cookie", "session=x")).await;
        assert_eq!(
            (beside_garbage.status, beside_garbage.cookies().len()),
            (StatusCode::OK, 0),
            "the cookie was not looked at"
        );
        for bad in ["garbage", "a b"] {
            let rescued = bearer(bad).header("cookie", &cookie);
            Refusal::INVALID_TOKEN.meets(&app, rescued).await;
        }
        let empty = bearer("").header("cookie", &cookie);
        Refusal::INVALID_REQUEST.meets(&app, empty).await;
        for second in [
            format!("Bearer {token}"),
            "Bearer garbage".to_owned(),
            "Basic YTpi".to_owned(),
        ] {
            let twice = bearer(&token).header("authorization", second);
            Refusal::INVALID_REQUEST.meets(&app, twice).await;
        }
        let for_everybody = get("/").header("authorization", "Bearer garbage");
        Refusal::INVALID_TOKEN.meets(&app, for_everybody).await;
    }
}

#[tokio::test]
async fn row_11_a_token_in_the_query_is_ignored_and_not_logged() {
    for app in App::each().await {
        let token = app.token(User::new(7)).await;
        let log = Log::default();
        let guard = log.start();
        for query in [
            format!("access_token={token}"),
            format!("token={token}&session={token}&authorization=Bearer%20{token}"),
        ] {
            let request = get(&format!("/me?{query}"));
            Refusal::ANONYMOUS.meets(&app, request).await;
        }
        drop(guard);
        let text = log.text();
        assert!(text.contains("denied") && !text.contains(&token), "{text}");
    }
}

#[tokio::test]
async fn row_20_a_token_from_the_future_is_refused_beyond_the_leeway() {
    for (leeway, ahead, is_accepted) in [
        (None, 20, true),
        (None, 30, true),
        (None, 31, false),
        (None, 500, false),
        (Some(0), 0, true),
        (Some(0), 2, false),
        (Some(300), 300, true),
        (Some(300), 301, false),
    ] {
        let app = App::configured(|builder| match leeway {
            Some(seconds) => builder.leeway(seconds * SECOND),
            None => builder,
        });
        for claim in ["iat", "nbf"] {
            let token = signed(&json!({ claim: NOW + ahead }));
            let by_cookie = || get("/me").header("cookie", format!("session={token}"));
            if is_accepted {
                for request in [bearer(&token), by_cookie()] {
                    assert_eq!(app.send(request).await.status, StatusCode::OK, "{claim}");
                }
            } else {
                Refusal::INVALID_TOKEN.meets(&app, bearer(&token)).await;
                Refusal::invalid(&["session"])
                    .meets(&app, by_cookie())
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn row_20_without_a_leeway_a_user_who_has_just_changed_can_sign_in() {
    let app = App::configured(|builder| builder.leeway(Duration::ZERO));
    app.auth.user_changed("7").await.expect("no store to tell");
    let token = app.token(User::new(7)).await;
    assert_eq!(app.send(bearer(&token)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn row_20_a_not_before_that_has_passed_changes_nothing() {
    let app = App::jwt();
    for nbf in [json!(NOW), json!(0), json!(-1), Value::Null] {
        let token = signed(&json!({ "nbf": nbf }));
        assert_eq!(app.send(bearer(&token)).await.status, StatusCode::OK);
    }
    for nbf in [json!("0"), json!([]), json!(true), json!(1e300)] {
        let token = signed(&json!({ "nbf": nbf }));
        Refusal::INVALID_TOKEN.meets(&app, bearer(&token)).await;
    }
}
