//! Where a user is signed in, and ending one of those sessions.

use std::time::Duration;

use axum::extract::{Path, State};
use http::StatusCode;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{Auth, AuthError, Router, Session, SessionName, SqliteStore, User, protected};
use portcullis_tests::{FakeClock, builder, get, post, send};

use crate::stores::{Mood, Moody};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[protected]
async fn name(session: Session) -> String {
    session
        .name()
        .map_or_else(String::new, |name| name.to_string())
}

#[protected]
async fn end(
    State(auth): State<Auth>,
    session: Session,
    Path(name): Path<SessionName>,
) -> Result<String, AuthError> {
    let has_ended = auth.end_session(session.user_id(), &name).await?;
    Ok(has_ended.to_string())
}

fn app(auth: &Auth) -> Router {
    Router::new()
        .route("/name", route_get(name))
        .route("/end/{name}", route_post(end))
        .with_state(auth.clone())
}

async fn cookie(auth: &Auth, user: &str) -> String {
    let signed_in = auth.sign_in(User::new(user)).await.expect("signed in");
    format!("session={}", signed_in.expose_token())
}

async fn stored() -> (Auth, FakeClock, Router) {
    let clock = FakeClock::default();
    let store = SqliteStore::in_memory().await.expect("memory");
    let auth = builder(&clock).store(store).build().expect("usable");
    let app = app(&auth);
    (auth, clock, app)
}

async fn names(auth: &Auth, user: &str) -> Vec<String> {
    let sessions = auth.sessions_of(user).await.expect("an answer");
    sessions
        .iter()
        .map(|session| session.name.to_string())
        .collect()
}

#[tokio::test]
async fn a_user_sees_their_own_sessions_and_which_is_this_one() {
    let (auth, clock, app) = stored().await;
    let first = cookie(&auth, "7").await;
    clock.advance(HOUR);
    let second = cookie(&auth, "7").await;
    cookie(&auth, "8").await;
    let name_of = async |cookie: &str| send(&app, get("/name").header("cookie", cookie)).await.body;
    let (first_name, second_name) = (name_of(&first).await, name_of(&second).await);
    assert_eq!(names(&auth, "7").await, [second_name.as_str(), &first_name]);
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    assert!(
        first_name.len() == 32 && first_name.bytes().all(is_hex),
        "{first_name}"
    );
    let sessions = auth.sessions_of("7").await.expect("an answer");
    let newest = sessions.first().expect("signed in twice");
    let auth_time = newest.auth_time.expect("it is known");
    assert_eq!(newest.expires, auth_time + 30 * DAY);
    assert_eq!(auth.sessions_of("9").await.expect("an answer").len(), 0);
}

#[tokio::test]
async fn a_name_ends_a_session_of_its_user_only() {
    let (auth, _, app) = stored().await;
    let (ada, adas_other, bob) = (
        cookie(&auth, "ada").await,
        cookie(&auth, "ada").await,
        cookie(&auth, "bob").await,
    );
    let name = send(&app, get("/name").header("cookie", &adas_other))
        .await
        .body;
    let end = async |cookie: &str, name: &str| {
        let path = format!("/end/{name}");
        send(&app, post(&path).header("cookie", cookie)).await.body
    };
    let status = async |cookie: &str| {
        send(&app, get("/name").header("cookie", cookie))
            .await
            .status
    };
    assert_eq!(end(&bob, &name).await, "false", "it is not his");
    assert_eq!(status(&adas_other).await, StatusCode::OK);
    assert_eq!(end(&ada, &name).await, "true");
    assert_eq!(status(&adas_other).await, StatusCode::UNAUTHORIZED);
    assert_eq!(end(&ada, &name).await, "false", "it has ended");
    for wrong in ["x", &name[..31], &"0".repeat(32), &name.to_uppercase()] {
        assert_eq!(end(&ada, wrong).await, "false", "{wrong}");
    }
    assert_eq!(
        (status(&ada).await, status(&bob).await),
        (StatusCode::OK, StatusCode::OK)
    );
    assert_eq!(names(&auth, "ada").await.len(), 1);
}

#[tokio::test]
async fn expired_sessions_are_not_listed_and_not_ended_by_name() {
    let (auth, clock, _) = stored().await;
    cookie(&auth, "7").await;
    let old = auth.sessions_of("7").await.expect("an answer").remove(0);
    clock.advance(20 * DAY);
    cookie(&auth, "7").await;
    assert_eq!(names(&auth, "7").await.len(), 2);
    clock.advance(10 * DAY);
    assert_eq!(names(&auth, "7").await.len(), 1, "to the second");
    let has_ended = auth.end_session("7", &old.name).await.expect("an answer");
    assert!(!has_ended);
}

#[tokio::test]
async fn sessions_beyond_a_lowered_absolute_limit_are_not_listed() {
    let clock = FakeClock::default();
    let store = SqliteStore::in_memory().await.expect("memory");
    let generous = builder(&clock)
        .store(store.clone())
        .build()
        .expect("usable");
    let strict = builder(&clock)
        .store(store)
        .max_age(DAY)
        .absolute_max_age(2 * DAY);
    let strict = strict.build().expect("usable");
    cookie(&generous, "7").await;
    clock.advance(2 * DAY);
    assert_eq!(names(&generous, "7").await.len(), 1);
    assert_eq!(names(&strict, "7").await.len(), 0);
}

#[tokio::test]
async fn signed_tokens_are_not_counted() {
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let app = app(&auth);
    let cookie = cookie(&auth, "7").await;
    let answer = send(&app, get("/name").header("cookie", &cookie)).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
    let listed = auth.sessions_of("7").await;
    assert!(matches!(listed, Err(AuthError::NoStore)), "{listed:?}");
    let name = serde_json::from_str(r#""0123456789abcdef0123456789abcdef""#).expect("a name");
    let ended = auth.end_session("7", &name).await;
    assert!(matches!(ended, Err(AuthError::NoStore)), "{ended:?}");
}

#[tokio::test]
async fn a_store_that_is_down_lists_nothing_and_says_so() {
    let store = Moody::new().await;
    let auth = builder(&FakeClock::default())
        .store(store.clone())
        .build()
        .expect("usable");
    cookie(&auth, "7").await;
    let name = auth
        .sessions_of("7")
        .await
        .expect("an answer")
        .remove(0)
        .name;
    store.is(Mood::Down);
    let listed = auth.sessions_of("7").await;
    assert!(matches!(listed, Err(AuthError::Store(_))), "{listed:?}");
    let ended = auth.end_session("7", &name).await;
    assert!(matches!(ended, Err(AuthError::Store(_))), "{ended:?}");
    store.is(Mood::Fine);
    assert!(auth.end_session("7", &name).await.expect("an answer"));
}
