//! The endpoints that the `local` provider of `@sidebase/nuxt-auth` asks, as `docs/nuxt-local.md` has them.

mod recipe;

use std::time::Duration;

use axum::body::Body;
use http::{StatusCode, header};
use portcullis::{Clock, MemoryStore, Router};
use portcullis_tests::{Answer, FakeClock, builder, get, post, send, send_body};
use serde_json::{Value, json};

use crate::stores::{Mood, Moody};

const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

fn app(clock: &FakeClock) -> Router {
    recipe::app(|| builder(clock), MemoryStore::new()).expect("usable")
}

async fn send_json(app: &Router, path: &str, body: &Value) -> Answer {
    let request = post(path).header(header::CONTENT_TYPE, "application/json");
    // What Nuxt sends where it has no token.
    let request = request.header(header::AUTHORIZATION, "null");
    send_body(app, request, Body::from(body.to_string())).await
}

async fn log_in(app: &Router) -> (String, String) {
    let credentials = json!({ "username": "ada", "password": "open sesame" });
    let answer = send_json(app, "/login", &credentials).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.cookies().is_empty());
    (at(&answer, "/token"), at(&answer, "/refreshToken"))
}

/// What Nuxt finds at a JSON pointer (RFC 6901).
fn at(answer: &Answer, pointer: &str) -> String {
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    let value = body.pointer(pointer).and_then(Value::as_str);
    value.expect("a text at the pointer").to_owned()
}

async fn refresh(app: &Router, refresh_token: &str) -> Answer {
    send_json(app, "/refresh", &json!({ "refreshToken": refresh_token })).await
}

async fn log_out(app: &Router, authorization: &str, refresh_token: &str) -> Answer {
    let request = post("/logout").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::AUTHORIZATION, authorization);
    let body = json!({ "refreshToken": refresh_token });
    send_body(app, request, Body::from(body.to_string())).await
}

async fn session(app: &Router, token: &str) -> Answer {
    send(
        app,
        get("/session").header("authorization", format!("Bearer {token}")),
    )
    .await
}

#[tokio::test]
async fn who_logs_in_has_a_session() {
    let app = app(&FakeClock::default());
    let (token, _) = log_in(&app).await;
    let answer = session(&app, &token).await;
    assert_eq!(answer.status, StatusCode::OK);
    let user: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(
        (&user["name"], &user["roles"]),
        (&json!("Ada"), &json!(["editor"]))
    );
    let wrong = json!({ "username": "ada", "password": "close sesame" });
    let answer = send_json(&app, "/login", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    for token in ["", "x", "null"] {
        assert_ne!(session(&app, token).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn guesses_are_slowed() {
    let clock = FakeClock::default();
    let app = app(&clock);
    let wrong = json!({ "username": "ada", "password": "close sesame" });
    for _ in 0..5 {
        let answer = send_json(&app, "/login", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let answer = send_json(&app, "/login", &wrong).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "1");
    clock.advance(Duration::from_secs(1));
    log_in(&app).await;
}

#[tokio::test]
async fn a_token_lasts_half_an_hour_and_is_followed_by_others_for_a_week() {
    let clock = FakeClock::default();
    let app = app(&clock);
    let (token, refresh_token) = log_in(&app).await;
    clock.advance(HALF_AN_HOUR + Duration::from_secs(60));
    assert_eq!(session(&app, &token).await.code(), "token_expired");
    let answer = refresh(&app, &refresh_token).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains("refreshToken"), "the same goes on");
    assert_eq!(
        session(&app, &at(&answer, "/token")).await.status,
        StatusCode::OK
    );
    clock.advance(WEEK - HALF_AN_HOUR * 3);
    assert_eq!(refresh(&app, &refresh_token).await.status, StatusCode::OK);
    clock.advance(HALF_AN_HOUR * 3);
    let answer = refresh(&app, &refresh_token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

/// sidebase #239: every page that is rendered on the server asks for a refresh, several at once, and with
/// tokens that are replaced all but one would be signed out.
#[tokio::test]
async fn refreshes_at_the_same_time_all_succeed() {
    let app = app(&FakeClock::default());
    let (_, refresh_token) = log_in(&app).await;
    let refreshes = (0..20).map(|_| {
        let (app, refresh_token) = (app.clone(), refresh_token.clone());
        tokio::spawn(async move { refresh(&app, &refresh_token).await })
    });
    for answer in refreshes.collect::<Vec<_>>() {
        let answer = answer.await.expect("no panic");
        let token = at(&answer, "/token");
        assert_eq!(session(&app, &token).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn neither_kind_of_token_passes_for_the_other() {
    let app = app(&FakeClock::default());
    let (token, refresh_token) = log_in(&app).await;
    assert_eq!(session(&app, &refresh_token).await.code(), "invalid_token");
    for token in [&*token, "", "x", "a b", "\u{e9}"] {
        let answer = refresh(&app, token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
    }
}

#[tokio::test]
async fn who_logs_out_has_neither() {
    let app = app(&FakeClock::default());
    let (token, refresh_token) = log_in(&app).await;
    let (elsewhere, refresh_elsewhere) = log_in(&app).await;
    let answer = log_out(&app, &format!("Bearer {token}"), &refresh_token).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(session(&app, &token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        refresh(&app, &refresh_token).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(session(&app, &elsewhere).await.status, StatusCode::OK);
    assert_eq!(
        refresh(&app, &refresh_elsewhere).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn who_logs_out_late_has_no_refresh_token_either() {
    let clock = FakeClock::default();
    let app = app(&clock);
    for authorization in ["expired", "null", "Bearer null"] {
        let (token, refresh_token) = log_in(&app).await;
        clock.advance(HALF_AN_HOUR + Duration::from_secs(60));
        let expired = format!("Bearer {token}");
        let authorization = match authorization {
            "expired" => &*expired,
            other => other,
        };
        let answer = log_out(&app, authorization, &refresh_token).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{authorization}");
        let again = refresh(&app, &refresh_token).await;
        assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{authorization}");
    }
}

#[tokio::test]
async fn logging_out_with_one_token_ends_that_one() {
    let app = app(&FakeClock::default());
    let (token, refresh_token) = log_in(&app).await;
    let request = post("/logout").header(header::CONTENT_TYPE, "application/json");
    let request = request.header("authorization", format!("Bearer {token}"));
    let answer = send_body(&app, request, Body::from(r#"{"refreshToken":null}"#)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(session(&app, &token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&app, &refresh_token).await.status, StatusCode::OK);
    let (token, refresh_token) = log_in(&app).await;
    for unknown in ["x", "", &token] {
        let answer = log_out(&app, "null", unknown).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(session(&app, &token).await.status, StatusCode::OK);
    assert_eq!(refresh(&app, &refresh_token).await.status, StatusCode::OK);
}

/// Nuxt forgets its tokens after every error, but a later visit finds that nobody was signed out.
#[tokio::test]
async fn an_outage_is_503_and_ends_nothing() {
    let store = Moody::new().await;
    let app = recipe::app(|| builder(&FakeClock::default()), store.clone()).expect("usable");
    let (_, refresh_token) = log_in(&app).await;
    store.is(Mood::Down);
    let answer = refresh(&app, &refresh_token).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    store.is(Mood::Fine);
    assert_eq!(refresh(&app, &refresh_token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_proves_nothing_anew() {
    let clock = FakeClock::default();
    let app = app(&clock);
    let began = clock.now();
    let (_, refresh_token) = log_in(&app).await;
    clock.advance(WEEK / 2);
    let token = at(&refresh(&app, &refresh_token).await, "/token");
    let access = builder(&clock)
        .cookie_name("access")
        .build()
        .expect("usable");
    let bearer = [("authorization", format!("Bearer {token}"))];
    let found = access.get_server_session(&bearer).await.expect("read");
    let found = found.expect("signed in");
    assert_eq!(found.session().auth_time(), Some(began));
}

#[test]
fn the_document_shows_what_is_tested() {
    let document = include_str!("../../../docs/nuxt-local.md");
    let (_, recipe) = include_str!("recipe.rs")
        .split_once("\n\n")
        .expect("a line of documentation, then the code");
    assert!(
        document.contains(recipe),
        "docs/nuxt-local.md and recipe.rs differ"
    );
    for setting in [
        "maxAgeInSeconds: 1800",
        "maxAgeInSeconds: 604800",
        "signInResponseTokenPointer: '/token'",
        "signInResponseRefreshTokenPointer: '/refreshToken'",
        "refreshRequestTokenPointer: '/refreshToken'",
        "refreshOnlyToken: true",
    ] {
        assert!(document.contains(setting), "{setting}");
    }
    assert_eq!((HALF_AN_HOUR.as_secs(), WEEK.as_secs()), (1800, 604_800));
}
