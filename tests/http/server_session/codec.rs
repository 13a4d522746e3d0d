//! Tokens as the application makes them: plain HS256, as the guides of NextAuth show.

use std::time::Duration;

use http::StatusCode;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use portcullis::{
    AuthError, CodecContext, CodecError, ConfigMistake, MemoryStore, Profile, TokenCodec,
};
use portcullis_tests::{FakeClock, Log, SECRET, builder, get, post, send};
use serde_json::{Map, Value, json};

use super::{DAY, PROFILES, ada, app, made, name_of, signed_in};

const OLD_SECRET: &str = "9f1c8c1d6b1f4b0fb1a64f0d4a1c3e5b7a9d";

/// What `jwt.sign(token, secret)` and `jwt.verify(token, secret)` of the package `jsonwebtoken` do.
pub(super) struct Hs256;

impl TokenCodec for Hs256 {
    fn encode(
        &self,
        claims: &Map<String, Value>,
        context: &CodecContext<'_>,
    ) -> Result<String, CodecError> {
        let key = EncodingKey::from_secret(context.secret().as_bytes());
        Ok(encode(&Header::new(Algorithm::HS256), claims, &key)?)
    }

    fn decode(
        &self,
        token: &str,
        context: &CodecContext<'_>,
    ) -> Result<Map<String, Value>, CodecError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        for secret in context.secrets() {
            let key = DecodingKey::from_secret(secret.as_bytes());
            if let Ok(token) = decode(token, &key, &validation) {
                return Ok(token.claims);
            }
        }
        Err(CodecError::new())
    }
}

pub(super) fn signed(claims: &Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    encode(&Header::new(Algorithm::HS256), claims, &key).expect("signed")
}

pub(super) const NOW: i64 = 1_800_000_000;

#[tokio::test]
async fn time_and_subject_are_checked_whatever_the_codec_does() {
    for profile in PROFILES {
        let (auth, _) = made(|builder| builder.profile(profile).codec(Hs256).max_age(DAY));
        let name = name_of(&signed_in(&auth, ada()).await).to_owned();
        let day = 24 * 60 * 60;
        let leeway = if profile == Profile::Native { 30 } else { 15 };
        for (claims, ends) in [
            (json!({"sub": "7", "iat": NOW}), Some(NOW + day)),
            (json!({"sub": "7", "iat": NOW - day}), Some(NOW)),
            (
                json!({"sub": "7", "iat": NOW - day - leeway + 1}),
                Some(NOW - leeway + 1),
            ),
            (json!({"sub": "7", "iat": NOW - day - leeway}), None),
            (json!({"sub": "7"}), None),
            (json!({"sub": "7", "exp": NOW + 1}), Some(NOW + 1)),
            (
                json!({"sub": "7", "exp": NOW - leeway + 1}),
                Some(NOW - leeway + 1),
            ),
            (json!({"sub": "7", "exp": NOW - leeway}), None),
            (json!({"sub": "7", "iat": NOW, "exp": NOW - 999}), None),
            (json!({"sub": "7", "iat": NOW, "exp": "tomorrow"}), None),
            (json!({"sub": "7", "iat": "now"}), None),
            (
                json!({"sub": "7", "iat": NOW, "nbf": NOW + leeway}),
                Some(NOW + day),
            ),
            (
                json!({"sub": "7", "iat": NOW, "nbf": NOW + leeway + 1}),
                None,
            ),
            (json!({"iat": NOW}), None),
            (json!({"sub": "", "iat": NOW}), None),
            (json!({"sub": 7, "iat": NOW}), None),
            (json!({"sub": null, "iat": NOW}), None),
        ] {
            let cookie = format!("{name}={}", signed(&claims, SECRET));
            let token = auth.get_token(&[("cookie", &cookie)]).await.expect("known");
            let expires = token.and_then(|token| token.get("exp").and_then(Value::as_i64));
            assert_eq!(expires, ends, "{profile:?} {claims}");
        }
        let forged = format!(
            "{name}={}",
            signed(&json!({"sub": "7", "iat": NOW}), OLD_SECRET)
        );
        let token = auth.get_token(&[("cookie", &forged)]).await.expect("known");
        assert!(token.is_none());
    }
}

#[tokio::test]
async fn guards_read_what_the_codec_reads_and_refresh_what_it_writes() {
    for profile in PROFILES {
        let (auth, clock) = made(|builder| {
            builder
                .profile(profile)
                .codec(Hs256)
                .previous_secrets([OLD_SECRET])
        });
        let app = app(&auth);
        let name = name_of(&signed_in(&auth, ada()).await).to_owned();
        let claims =
            json!({"sub": "7", "name": null, "iat": NOW, "accessToken": "a", "id": "seven"});
        let first = format!("{name}={}", signed(&claims, OLD_SECRET));
        let read = send(&app, get("/session").header("cookie", &first)).await;
        assert!(
            read.body.contains(r#""user":{"name":null}"#),
            "{}",
            read.body
        );
        clock.advance(2 * DAY);
        let guarded = send(&app, get("/guarded").header("cookie", &first)).await;
        assert_eq!(
            (guarded.status, guarded.body.as_str()),
            (StatusCode::OK, "7")
        );
        let renewed = guarded.cookie();
        let token = renewed.split_once('=').expect("a value").1;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        let key = DecodingKey::from_secret(SECRET.as_bytes());
        let written: Map<String, Value> = decode(token, &key, &validation).expect("ours").claims;
        for (claim, value) in [
            ("accessToken", json!("a")),
            ("id", json!("seven")),
            ("name", json!(null)),
        ] {
            assert_eq!(written.get(claim), Some(&value), "{profile:?}");
        }
        assert_eq!(written["exp"], NOW + 32 * 24 * 60 * 60);
        // Ending the one ends the other, though it has no id.
        let left = send(&app, post("/leave").header("cookie", &renewed)).await;
        assert_eq!(left.status, StatusCode::OK);
        for cookie in [&first, &renewed] {
            let after = send(&app, get("/guarded").header("cookie", cookie)).await;
            assert_eq!(after.status, StatusCode::UNAUTHORIZED, "{profile:?}");
        }
    }
}

/// A codec whose tokens all end alike, and which forgets what it does not know.
struct Forgetful;

impl TokenCodec for Forgetful {
    fn encode(
        &self,
        claims: &Map<String, Value>,
        context: &CodecContext<'_>,
    ) -> Result<String, CodecError> {
        let sub = claims["sub"].as_str().ok_or(CodecError::new())?;
        assert_eq!(context.salt(), "session");
        assert_eq!(context.max_age(), 30 * DAY);
        assert!(!format!("{context:?}").contains(context.secret()));
        Ok(format!("{sub}.{}.the-end-of-each-token", claims["iat"]))
    }

    fn decode(&self, token: &str, _: &CodecContext<'_>) -> Result<Map<String, Value>, CodecError> {
        let mut parts = token.split('.');
        let mut next = || parts.next().ok_or(CodecError::new());
        let (sub, iat) = (next()?, next()?.parse::<i64>()?);
        let claims = json!({"sub": sub, "iat": iat});
        claims.as_object().cloned().ok_or(CodecError::new())
    }
}

#[tokio::test]
async fn ending_one_session_ends_no_other_whose_token_looks_alike() {
    let (auth, clock) = made(|builder| builder.codec(Forgetful));
    let app = app(&auth);
    let ada = signed_in(&auth, ada()).await;
    clock.advance(Duration::from_secs(1));
    let other = signed_in(&auth, portcullis::User::new("8")).await;
    let left = send(&app, post("/leave").header("cookie", &ada)).await;
    assert_eq!(left.status, StatusCode::OK);
    let after = send(&app, get("/guarded").header("cookie", &ada)).await;
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
    let other = send(&app, get("/guarded").header("cookie", &other)).await;
    assert_eq!(other.status, StatusCode::OK);
}

/// A codec that makes of every claim set the same text.
struct Constant(&'static str);

impl TokenCodec for Constant {
    fn encode(&self, _: &Map<String, Value>, _: &CodecContext<'_>) -> Result<String, CodecError> {
        Ok(self.0.to_owned())
    }

    fn decode(&self, token: &str, _: &CodecContext<'_>) -> Result<Map<String, Value>, CodecError> {
        Err(std::io::Error::other(format!("no such token: {token}")))?
    }
}

#[tokio::test]
async fn what_no_cookie_can_hold_is_no_token() {
    for text in ["", "a b", "a;b", "a,b", "a\"b", "a\\b", "a\nb", "é"] {
        let (auth, _) = made(|builder| builder.codec(Constant(text)));
        let begun = auth.sign_in(ada()).await;
        assert!(matches!(begun, Err(AuthError::Codec)), "{text:?}");
    }
    let (auth, _) = made(|builder| builder.codec(Constant("a.b")));
    let begun = auth.sign_in(ada()).await.expect("signed in");
    assert_eq!(begun.expose_token(), "a.b");
}

#[tokio::test]
async fn the_words_of_a_codec_are_not_logged() {
    let (auth, _) = made(|builder| builder.codec(Constant("a.b")));
    let log = Log::default();
    let logging = log.start();
    let refused = send(
        &app(&auth),
        get("/guarded").header("cookie", "session=quoted-token"),
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    drop(logging);
    assert!(!log.text().contains("quoted-token"), "{}", log.text());
}

#[tokio::test]
async fn with_a_store_there_is_nothing_for_a_codec_to_do() {
    let built = builder(&FakeClock::default())
        .codec(Hs256)
        .store(MemoryStore::new())
        .build();
    let error = built.expect_err("a mistake");
    assert_eq!(error.mistakes(), [ConfigMistake::CodecUnused]);
}
