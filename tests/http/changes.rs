//! Sessions that change while they last.

use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{
    Auth, AuthBuilder, AuthError, Router, Session, SqliteStore, User, authorized, protected,
};
use portcullis_tests::{Answer, FakeClock, builder, get, post, send};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[protected]
async fn me(session: Session) -> String {
    session.user.name.unwrap_or_default()
}

#[authorized(role = "admin")]
async fn admin() {}

#[protected]
async fn rename(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let user = session.user.clone().named("Ada");
    Ok((auth.update(&session, user).await?, "renamed"))
}

#[protected]
async fn promote(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let user = session.user.clone().with_roles(["admin"]);
    Ok((auth.update(&session, user).await?, "promoted"))
}

#[protected]
async fn impersonate(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    Ok((
        auth.update(&session, User::new("8")).await?,
        "somebody else",
    ))
}

#[protected]
async fn rotate(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    Ok((auth.rotate(&session).await?, "rotated"))
}

#[protected]
async fn change(State(auth): State<Auth>, session: Session) -> String {
    let before = session.still_valid().await.expect("an answer");
    auth.user_changed(session.user_id())
        .await
        .expect("no store to tell");
    let after = session.still_valid().await.expect("an answer");
    format!("{before} {after}")
}

#[protected]
async fn leave(State(auth): State<Auth>, session: Session) -> Result<impl IntoResponse, AuthError> {
    let before = session.still_valid().await?;
    let signed_out = auth.sign_out(&session).await?;
    let after = session.still_valid().await?;
    Ok((signed_out, format!("{before} {after}")))
}

struct App {
    auth: Auth,
    clock: FakeClock,
    router: Router,
}

impl App {
    fn new(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let clock = FakeClock::default();
        let auth = configure(builder(&clock)).build().expect("usable");
        let router = Router::new()
            .route("/me", route_get(me))
            .route("/admin", route_get(admin))
            .route("/rename", route_post(rename))
            .route("/promote", route_post(promote))
            .route("/impersonate", route_post(impersonate))
            .route("/rotate", route_post(rotate))
            .route("/change", route_post(change))
            .route("/leave", route_post(leave))
            .with_state(auth.clone());
        Self {
            auth,
            clock,
            router,
        }
    }

    fn jwt() -> Self {
        Self::new(|builder| builder)
    }

    async fn database() -> Self {
        let store = SqliteStore::in_memory().await.expect("memory");
        Self::new(|builder| builder.store(store))
    }

    async fn cookie(&self) -> String {
        let signed_in = self.auth.sign_in(User::new("7")).await.expect("signed in");
        format!("session={}", signed_in.expose_token())
    }

    async fn post(&self, path: &str, cookie: &str) -> Answer {
        send(&self.router, post(path).header("cookie", cookie)).await
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        send(&self.router, get(path).header("cookie", cookie)).await
    }
}

#[tokio::test]
async fn a_new_name_changes_a_stored_session_in_place_and_a_token_anew() {
    let database = App::database().await;
    let cookie = database.cookie().await;
    let renamed = database.post("/rename", &cookie).await;
    assert!(renamed.cookies().is_empty(), "the id is the same");
    assert_eq!(database.get("/me", &cookie).await.body, "Ada");

    let jwt = App::jwt();
    let cookie = jwt.cookie().await;
    let renamed = jwt.post("/rename", &cookie).await.cookie();
    assert_eq!(jwt.get("/me", &renamed).await.body, "Ada");
}

#[tokio::test]
async fn a_new_role_comes_with_a_new_id_and_the_old_one_is_dead() {
    let app = App::database().await;
    let cookie = app.cookie().await;
    assert_eq!(
        app.get("/admin", &cookie).await.status,
        StatusCode::FORBIDDEN
    );
    let promoted = app.post("/promote", &cookie).await.cookie();
    assert_ne!(promoted, cookie);
    assert_eq!(app.get("/admin", &promoted).await.status, StatusCode::OK);
    assert_eq!(app.get("/me", &cookie).await.code(), "session_invalid");

    let app = App::jwt();
    let cookie = app.cookie().await;
    let promoted = app.post("/promote", &cookie).await.cookie();
    assert_eq!(app.get("/admin", &promoted).await.status, StatusCode::OK);
    assert_eq!(app.get("/me", &cookie).await.code(), "session_expired");
}

#[tokio::test]
async fn rotation_gives_a_new_id_and_keeps_the_rest() {
    let app = App::database().await;
    let cookie = app.cookie().await;
    app.clock.advance(Duration::from_secs(100));
    let rotated = app.post("/rotate", &cookie).await.cookie();
    assert_ne!(rotated, cookie);
    assert_eq!(app.get("/me", &rotated).await.status, StatusCode::OK);
    assert_eq!(app.get("/me", &cookie).await.code(), "session_invalid");
    let dead = app.post("/rotate", &cookie).await;
    assert_eq!(dead.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn tokens_of_one_second_end_each_for_itself() {
    let app = App::jwt();
    let (one, other) = (app.cookie().await, app.cookie().await);
    assert_ne!(one, other);
    let rotated = app.post("/rotate", &one).await.cookie();
    assert_eq!(app.get("/me", &rotated).await.status, StatusCode::OK);
    assert_eq!(app.get("/me", &other).await.status, StatusCode::OK);
    assert_eq!(app.get("/me", &one).await.code(), "session_expired");
}

#[tokio::test]
async fn a_session_is_never_given_to_somebody_else() {
    for app in [App::jwt(), App::database().await] {
        let cookie = app.cookie().await;
        let answer = app.post("/impersonate", &cookie).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.cookies().is_empty());
    }
}

#[tokio::test]
async fn a_changed_user_needs_a_new_token() {
    let app = App::jwt();
    let (cookie, other) = (app.cookie().await, app.auth.sign_in(User::new("8")).await);
    let other = format!("session={}", other.expect("signed in").expose_token());
    app.clock.advance(2 * DAY);
    let changed = app.post("/change", &cookie).await;
    assert_eq!(changed.body, "true false");
    assert!(changed.cookies().is_empty(), "no refresh brings it back");
    assert_eq!(app.get("/me", &cookie).await.code(), "session_expired");
    assert_eq!(app.get("/me", &other).await.status, StatusCode::OK);
    let again = app.cookie().await;
    assert_eq!(app.get("/me", &again).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_change_takes_back_tokens_of_machines_whose_clocks_run_ahead() {
    let [here, ahead, behind] = [App::jwt(), App::jwt(), App::jwt()];
    for app in [&here, &ahead] {
        app.clock.advance(Duration::from_secs(30));
    }
    ahead.clock.advance(Duration::from_secs(30));
    let early = ahead.cookie().await;
    assert_eq!(here.get("/me", &early).await.status, StatusCode::OK);
    let mut earlier = vec![early];
    for _ in 0..2 {
        let told = here.auth.user_changed("7").await;
        told.expect("no store to tell");
        for cookie in &earlier {
            assert_eq!(here.get("/me", cookie).await.code(), "session_expired");
        }
        let again = here.cookie().await;
        for app in [&here, &ahead, &behind] {
            assert_eq!(app.get("/me", &again).await.status, StatusCode::OK);
        }
        let rotated = here.post("/rotate", &again).await.cookie();
        assert_eq!(here.get("/me", &rotated).await.status, StatusCode::OK);
        earlier.extend([again, rotated]);
    }
    here.clock.advance(Duration::from_secs(31));
    let later = behind.cookie().await;
    behind.clock.advance(Duration::from_secs(62));
    assert_eq!(here.get("/me", &later).await.code(), "session_expired");
    let latest = behind.cookie().await;
    assert_eq!(here.get("/me", &latest).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_user_is_signed_out_everywhere_and_comes_in_again() {
    for app in [App::jwt(), App::database().await] {
        let (one, two) = (app.cookie().await, app.cookie().await);
        let other = app.auth.sign_in(User::new("8")).await.expect("signed in");
        app.auth.sign_out_everywhere("7").await.expect("an answer");
        for cookie in [&one, &two] {
            let refused = app.get("/me", cookie).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        }
        let other = format!("session={}", other.expose_token());
        assert_eq!(app.get("/me", &other).await.status, StatusCode::OK);
        let again = app.cookie().await;
        assert_eq!(app.get("/me", &again).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_long_connection_learns_that_its_session_has_ended() {
    let app = App::database().await;
    let cookie = app.cookie().await;
    assert_eq!(app.post("/leave", &cookie).await.body, "true false");
}

#[tokio::test]
async fn a_session_that_is_not_remembered_goes_with_the_browser() {
    for app in [App::jwt(), App::database().await] {
        let signed_in = app.auth.sign_in(User::new("7")).remember(false).await;
        let response = (signed_in.expect("signed in"), "").into_response();
        let cookie = portcullis_tests::read(response).await;
        assert!(!cookie.cookies()[0].contains("Max-Age"), "{cookie:?}");
        let cookie = cookie.cookie();
        app.clock.advance(2 * DAY);
        let refreshed = app.get("/me", &cookie).await;
        assert!(!refreshed.cookies()[0].contains("Max-Age"), "{refreshed:?}");
        app.clock.advance(31 * DAY);
        assert_eq!(
            app.get("/me", &refreshed.cookie()).await.code(),
            "session_expired"
        );
    }
}

#[tokio::test]
async fn no_use_takes_a_session_beyond_its_absolute_end() {
    let limited = |builder: AuthBuilder| {
        builder
            .max_age(10 * DAY)
            .absolute_max_age(15 * DAY)
            .update_age(DAY)
    };
    let store = SqliteStore::in_memory().await.expect("memory");
    for app in [
        App::new(limited),
        App::new(|builder| limited(builder).store(store)),
    ] {
        let mut cookie = app.cookie().await;
        app.clock.advance(8 * DAY);
        let refreshed = app.get("/me", &cookie).await;
        let left = 7 * DAY.as_secs();
        assert!(
            refreshed.cookies()[0].ends_with(&format!("Max-Age={left}")),
            "{refreshed:?}"
        );
        cookie = refreshed.cookie();
        app.clock.advance(6 * DAY);
        assert!(app.get("/me", &cookie).await.cookies().is_empty());
        app.clock.advance(DAY);
        assert_eq!(app.get("/me", &cookie).await.code(), "session_expired");
    }
    let clock = FakeClock::default();
    let short = builder(&clock).absolute_max_age(DAY).build();
    assert!(short.is_err(), "shorter than max_age");
}
