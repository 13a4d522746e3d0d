//! Sessions that the other side issues anew: Auth.js does so with each look at its `/session`, and keeps the
//! claims.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{Auth, AuthBuilder, AuthError, Profile, Router, Session, User};
use portcullis::{authorized, protected};
use portcullis_tests::{Answer, FakeClock, SECRET, get, post, send};
use serde_json::{Map, Value, json};

use super::codec::{Hs256, NOW, signed};
use super::{DAY, made};

const NAME: &str = "authjs.session-token";
const HOUR: i64 = 60 * 60;

#[authorized(role = "admin")]
async fn office() -> &'static str {
    "office"
}

#[protected]
async fn rotate(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.rotate(&session).await?, "rotated"))
}

/// The two sides, with tokens that a test can read.
struct Sites {
    auth: Auth,
    clock: FakeClock,
    app: Router,
}

impl Sites {
    fn new(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let (auth, clock) =
            made(|builder| configure(builder.profile(Profile::AuthJsV5).codec(Hs256)));
        let app = Router::new()
            .route("/", route_get(office))
            .route("/rotate", route_post(rotate))
            .with_state(auth.clone());
        Self { auth, clock, app }
    }

    fn now(&self) -> i64 {
        let now = portcullis::Clock::now(&self.clock);
        let since = now.duration_since(std::time::UNIX_EPOCH);
        i64::try_from(since.expect("after 1970").as_secs()).expect("seconds")
    }

    fn advance(&self, seconds: i64) {
        self.clock
            .advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    async fn sign_in(&self) -> String {
        let admin = User::new("7").with_roles(["admin"]);
        let signed_in = self.auth.sign_in(admin).await.expect("signed in");
        signed_in.expose_token().to_owned()
    }

    async fn ask(&self, token: &str) -> Answer {
        let request = get("/").header("cookie", format!("{NAME}={token}"));
        send(&self.app, request).await
    }

    /// What a look at `/session` over there makes of a token.
    fn reissued(&self, token: &str) -> String {
        let mut claims = claims_of(token);
        claims.insert("iat".to_owned(), self.now().into());
        claims.insert("exp".to_owned(), (self.now() + 30 * 24 * HOUR).into());
        claims.insert("jti".to_owned(), format!("node-{}", self.now()).into());
        signed(&as_javascript_has(claims.into()), SECRET)
    }

    /// A token of somebody who signed in over there.
    fn foreign(&self, lasts: i64) -> String {
        let (iat, exp) = (self.now(), self.now() + lasts);
        let claims = json!({"sub": "7", "roles": ["admin"], "iat": iat, "exp": exp, "jti": "a"});
        signed(&claims, SECRET)
    }
}

fn claims_of(token: &str) -> Map<String, Value> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    decode(token, &key, &validation).expect("ours").claims
}

/// Numbers are fractions of 53 bits over there.
fn as_javascript_has(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "whole numbers only")]
            let rounded = number.as_f64().expect("a number") as i128;
            serde_json::from_str(&rounded.to_string()).expect("a number")
        }
        Value::Object(members) => {
            let members = members.into_iter();
            let members = members.map(|(name, value)| (name, as_javascript_has(value)));
            Value::Object(members.collect())
        }
        other => other,
    }
}

/// The token that an answer sets.
fn token_of(answer: &Answer) -> String {
    let cookie = answer.cookie();
    cookie.split_once('=').expect("a cookie").1.to_owned()
}

#[tokio::test]
async fn a_user_is_read_anew_however_often_the_other_side_issues_the_token() {
    // Nobody has a role any more.
    let read = |id: String| async move { Ok::<_, Infallible>(Some(User::new(id))) };
    let site = Sites::new(|builder| builder.recheck_user(Duration::from_secs(60), read));
    let mut token = site.sign_in().await;
    for _ in 0..3 {
        site.advance(30);
        token = site.reissued(&token);
    }
    let refused = site.ask(&token).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_user_is_read_at_once_if_the_token_does_not_say_when_that_was_done() {
    let reads = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reads);
    let site = Sites::new(|builder| {
        builder.recheck_user(Duration::from_secs(60), move |id: String| {
            count.fetch_add(1, Ordering::SeqCst);
            async move { Ok::<_, Infallible>(Some(User::new(id).with_roles(["admin"]))) }
        })
    });
    let known = token_of(&site.ask(&site.foreign(HOUR)).await);
    assert_eq!(reads.load(Ordering::SeqCst), 1);
    // It lasts as long as before, though it is written anew.
    assert_eq!(claims_of(&known)["exp"], NOW + HOUR);
    site.advance(59);
    site.ask(&site.reissued(&known)).await;
    assert_eq!(reads.load(Ordering::SeqCst), 1, "that was a minute ago");
    site.advance(1);
    site.ask(&site.reissued(&known)).await;
    assert_eq!(reads.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_was_taken_back_stays_so_when_the_other_side_issues_it_anew() {
    let site = Sites::new(|builder| builder);
    let token = site.sign_in().await;
    let foreign = token_of(&{
        let token = site.foreign(30 * 24 * HOUR);
        site.advance(25 * HOUR);
        site.ask(&token).await
    });
    site.advance(100);
    site.auth.sign_out_everywhere("7").await.expect("told");
    let signed_in_since = site.sign_in().await;
    for wait in [0, 1, 60, 20 * 24 * HOUR] {
        site.advance(wait);
        for (token, status) in [
            (&token, StatusCode::UNAUTHORIZED),
            (&foreign, StatusCode::UNAUTHORIZED),
            (&signed_in_since, StatusCode::OK),
        ] {
            let answer = site.ask(&site.reissued(token)).await;
            assert_eq!(answer.status, status, "{wait} {:?}", claims_of(token));
        }
    }
}

#[tokio::test]
async fn a_token_of_the_other_side_is_refreshed_when_it_is_old() {
    let site = Sites::new(|builder| builder);
    let hour = site.foreign(HOUR);
    let month = site.foreign(30 * 24 * HOUR);
    for wait in [0, 30 * 60] {
        site.advance(wait);
        for token in [&hour, &month] {
            let fine = site.ask(token).await;
            assert_eq!((fine.status, fine.cookies().len()), (StatusCode::OK, 0));
        }
    }
    site.advance(24 * HOUR);
    assert_eq!(site.ask(&hour).await.status, StatusCode::UNAUTHORIZED);
    let refreshed = claims_of(&token_of(&site.ask(&month).await));
    assert_eq!(refreshed["exp"], site.now() + 30 * 24 * HOUR);
    assert_eq!(refreshed["iat"], site.now());
}

#[tokio::test]
async fn a_look_at_the_user_makes_no_token_younger() {
    let admin =
        |id: String| async move { Ok::<_, Infallible>(Some(User::new(id).with_roles(["admin"]))) };
    let site = Sites::new(|builder| builder.recheck_user(DAY / 4, admin));
    let mut token = site.sign_in().await;
    for quarter in 1..=3 {
        site.advance(6 * HOUR);
        token = token_of(&site.ask(&token).await);
        assert_eq!(claims_of(&token)["exp"], NOW + 30 * 24 * HOUR, "{quarter}");
    }
    site.advance(6 * HOUR);
    token = token_of(&site.ask(&token).await);
    assert_eq!(claims_of(&token)["exp"], NOW + 31 * 24 * HOUR);
}

#[tokio::test]
async fn a_session_of_the_other_side_ends_some_day() {
    let site = Sites::new(|builder| builder.absolute_max_age(90 * DAY));
    let mut token = site.foreign(30 * 24 * HOUR);
    for _ in 0..3 {
        site.advance(20 * 24 * HOUR);
        token = token_of(&site.ask(&token).await);
        let rotating = post("/rotate").header("cookie", format!("{NAME}={token}"));
        token = token_of(&send(&site.app, rotating).await);
        token = site.reissued(&token);
    }
    assert_eq!(claims_of(&token).get("auth_time"), None);
    site.advance(30 * 24 * HOUR - 1);
    assert_eq!(site.ask(&token).await.status, StatusCode::OK);
    site.advance(1);
    let token = site.reissued(&token);
    assert_eq!(site.ask(&token).await.status, StatusCode::UNAUTHORIZED);
    let headers = [("cookie", format!("{NAME}={token}"))];
    let read = site.auth.get_token(&headers).await.expect("known");
    assert!(read.is_none());
}
