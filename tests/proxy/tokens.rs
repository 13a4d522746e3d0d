//! What the session's credential says.

use std::time::Duration;

use portcullis::{Auth, Profile, ProxyOptions, UpstreamStrategy, User};
use portcullis_tests::{FakeClock, Log, ORIGIN, SECRET, get};
use serde_json::{Value, json};

use crate::app::{App, COOKIE, NOW, session};
use crate::upstream::Upstream;

const OTHER_SECRET: &str = "lG2LQ0bCW3qXJq0mE1wIhYkF9s5t7u9vAxBzCyDwEvE=";
const PROFILES: [(Profile, &str); 3] = [
    (Profile::Native, "session"),
    (Profile::AuthJsV5, "authjs.session-token"),
    (Profile::NextAuthV4, "next-auth.session-token"),
];

/// A token as the upstream would make it, of a user that its session does not show like this.
async fn made(profile: Profile) -> String {
    let auth = Auth::builder()
        .profile(profile)
        .secret(SECRET)
        .origin(ORIGIN)
        .environment(|_| None)
        .clock(FakeClock::default());
    let auth = auth.build().expect("usable");
    let user = User::new("in the token")
        .named("Grace")
        .with_roles(["editor"]);
    let signed_in = auth.sign_in(user).await.expect("signed in");
    signed_in.expose_token().to_owned()
}

fn with_secret(options: ProxyOptions, profile: Profile, secret: &str) -> App {
    App::configured(options, |builder| builder.profile(profile).secret(secret))
}

async fn token(app: &App, path: &str, cookie: String) -> Value {
    let answer = app.send(get(path).header("cookie", cookie)).await;
    serde_json::from_str(&answer.body).unwrap_or_else(|_| json!(answer.body))
}

#[tokio::test]
async fn whoever_has_the_secret_reads_the_token_and_asks_nobody() {
    let upstream = Upstream::refusing(|_| unreachable!("nobody asks"));
    for (profile, name) in PROFILES {
        let app = with_secret(upstream.options(), profile, SECRET);
        let made = made(profile).await;
        let token = token(&app, "/token", format!("{name}={made}")).await;
        assert_eq!(token["sub"], "in the token", "{profile:?}: {token}");
        assert_eq!(
            (&token["name"], &token["iat"]),
            (&json!("Grace"), &json!(NOW))
        );
        let bearer = get("/token").header("authorization", format!("Bearer {made}"));
        let bearer = app.send(bearer).await;
        assert!(
            bearer.body.contains("in the token"),
            "{profile:?}: {bearer:?}"
        );
        let pairs = [("cookie", format!("{name}={made}"))];
        let read = app.auth.get_token(&pairs).await.expect("known");
        assert_eq!(read.expect("valid").sub(), "in the token");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn what_cannot_be_decoded_is_for_the_upstream_to_say() {
    let log = Log::default();
    let logging = log.start();
    for (told, sub) in [(json!(null), json!(null)), (session(), json!("7"))] {
        let upstream = Upstream::with_session(told);
        let mut asked = 0;
        for (profile, name) in PROFILES {
            let made = made(profile).await;
            let other = with_secret(upstream.options(), profile, OTHER_SECRET);
            let undecoded = token(&other, "/token", format!("{name}={made}")).await;
            assert_eq!(undecoded["sub"], sub, "{profile:?}");
            let app = with_secret(upstream.options(), profile, SECRET);
            for broken in ["x", "a.b.c", &made[..made.len() - 2]] {
                let token = token(&app, "/token", format!("{name}={broken}")).await;
                assert_eq!(token["sub"], sub, "{profile:?}: {broken}");
            }
            asked += 4;
            assert_eq!(upstream.count(), asked);
        }
    }
    drop(logging);
    let mentioned = log
        .text()
        .matches("whose token cannot be decoded here")
        .count();
    // Once for each application whose upstream knew a session.
    assert_eq!(mentioned, 2 * PROFILES.len(), "{}", log.text());
}

#[tokio::test]
async fn a_token_of_the_past_is_none_where_the_session_is_over() {
    let upstream = Upstream::with_session(json!(null));
    for (profile, name) in PROFILES {
        let made = made(profile).await;
        let app = with_secret(upstream.options(), profile, SECRET);
        app.clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
        let token = token(&app, "/token", format!("{name}={made}")).await;
        assert_eq!(token, json!(null));
    }
}

#[tokio::test]
async fn without_the_secret_it_is_what_the_upstream_shows() {
    let upstream = Upstream::with_session(session());
    for (profile, name) in PROFILES {
        let app = App::configured(upstream.options(), |builder| builder.profile(profile));
        let token = token(&app, "/token", format!("{name}={}", made(profile).await)).await;
        assert_eq!(
            (&token["sub"], &token["name"]),
            (&json!("7"), &json!("Ada"))
        );
        assert_eq!(token["exp"], json!(NOW + 24 * 60 * 60));
        assert!(
            token.get("iat").is_none() && token.get("jti").is_none(),
            "{token}"
        );
    }
    assert_eq!(upstream.count(), PROFILES.len());
}

#[tokio::test]
async fn an_upstream_with_a_database_has_no_tokens() {
    let upstream = Upstream::with_session(session());
    let options = || upstream.options().strategy(UpstreamStrategy::Database);
    let app = with_secret(options(), Profile::AuthJsV5, SECRET);
    let name = "authjs.session-token";
    let made = made(Profile::AuthJsV5).await;
    for cookie in [format!("{name}={made}"), format!("{name}=an-id")] {
        assert_eq!(token(&app, "/token", cookie).await["sub"], "7");
    }
    assert_eq!(upstream.count(), 2);
    // A secret that nobody needs is not looked at.
    let app = with_secret(options(), Profile::AuthJsV5, "too short");
    assert_eq!(
        token(&app, "/token", format!("{name}=an-id")).await["sub"],
        "7"
    );
}

#[tokio::test]
async fn sessions_are_the_upstream_s_whoever_has_the_secret() {
    let upstream = Upstream::with_session(json!(null));
    let (profile, name) = PROFILES[1];
    let app = with_secret(upstream.options(), profile, SECRET);
    let cookie = format!("{name}={}", made(profile).await);
    // It was signed out over there.
    let me = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(me.status, 401);
    assert_eq!(token(&app, "/shown", cookie.clone()).await, json!(null));
    let own = app.send(get("/own-token").header("cookie", &cookie)).await;
    assert_eq!(own.status, 401);
    assert_eq!(upstream.count(), 3);
}

#[tokio::test]
async fn behind_a_guard_the_token_is_the_one_that_the_visitor_sent() {
    let upstream = Upstream::with_session(session());
    let (profile, name) = PROFILES[1];
    let app = with_secret(upstream.options(), profile, SECRET);
    let cookie = format!("{name}={}", made(profile).await);
    assert_eq!(
        token(&app, "/own-token", cookie).await["sub"],
        "in the token"
    );
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn a_secret_of_the_environment_is_somebody_else_s() {
    let upstream = Upstream::with_session(session());
    for secret in [SECRET, "too short"] {
        let app = App::configured(upstream.options(), |builder| {
            let variable = move |name: &str| (name == "AUTH_SECRET").then(|| secret.to_owned());
            builder.profile(Profile::AuthJsV5).environment(variable)
        });
        let cookie = format!("authjs.session-token={}", made(Profile::AuthJsV5).await);
        assert_eq!(token(&app, "/token", cookie).await["sub"], "7");
    }
}

#[tokio::test]
async fn the_credential_itself_is_handed_on_if_the_upstream_knows_it() {
    let headers = [("cookie", COOKIE)];
    for (told, is_known) in [(session(), true), (json!(null), false)] {
        let upstream = Upstream::with_session(told);
        let auth = App::new(upstream.options()).auth;
        let raw = auth.get_verified_raw_token(&headers).await.expect("known");
        assert_eq!(raw.is_some(), is_known);
        assert_eq!(upstream.count(), 1);
        assert!(auth.get_raw_token(&headers).is_some());
        assert_eq!(upstream.count(), 1);
    }
}
