//! Users who change, or are disabled, while they are signed in.

use std::collections::HashMap;
use std::io::{Error, ErrorKind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{
    Auth, AuthBuilder, AuthError, MemoryStore, Router, Session, Updated, User, authorized,
};
use portcullis_tests::{Answer, FakeClock, builder, get, send};

const MAX_STALENESS: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[authorized(role = "admin")]
async fn office(session: Session) -> String {
    session.user.name.unwrap_or_default()
}

#[authorized(role = "admin")]
async fn rotate(
    State(auth): State<Auth>,
    session: Session,
) -> Result<(Updated, &'static str), AuthError> {
    Ok((auth.rotate(&session).await?, "rotated"))
}

/// The users as the application has them.
#[derive(Clone, Default)]
struct Users {
    by_id: Arc<Mutex<HashMap<String, User>>>,
    is_down: Arc<Mutex<bool>>,
    reads: Arc<Mutex<u32>>,
}

impl Users {
    fn is(&self, user: User) {
        let mut users = self.by_id.lock().expect("nobody panicked");
        users.insert(user.id.clone(), user);
    }

    fn disable(&self, id: &str) {
        self.by_id.lock().expect("nobody panicked").remove(id);
    }

    fn read(&self, id: &str) -> Result<Option<User>, Error> {
        *self.reads.lock().expect("nobody panicked") += 1;
        if *self.is_down.lock().expect("nobody panicked") {
            return Err(ErrorKind::ConnectionRefused.into());
        }
        Ok(self.by_id.lock().expect("nobody panicked").get(id).cloned())
    }

    fn reads(&self) -> u32 {
        *self.reads.lock().expect("nobody panicked")
    }
}

fn admin() -> User {
    User::new("7").named("Ada").with_roles(["admin"])
}

struct Site {
    auth: Auth,
    app: Router,
    clock: FakeClock,
    users: Users,
}

impl Site {
    fn with_tokens() -> Self {
        Self::of(|builder| builder)
    }

    fn of(configured: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let (clock, users) = (FakeClock::default(), Users::default());
        users.is(admin());
        let read = users.clone();
        let builder = builder(&clock).recheck_user(MAX_STALENESS, move |id: String| {
            let read = read.clone();
            async move { read.read(&id) }
        });
        let auth = configured(builder).build().expect("usable");
        let app = Router::new()
            .route("/", route_get(office))
            .route("/rotate", route_get(rotate))
            .with_state(auth.clone());
        Self {
            auth,
            app,
            clock,
            users,
        }
    }

    async fn sign_in(&self) -> String {
        let signed_in = self.auth.sign_in(admin()).await.expect("signed in");
        signed_in.expose_token().to_owned()
    }

    async fn visit(&self, token: &str) -> Answer {
        send(
            &self.app,
            get("/").header("cookie", format!("session={token}")),
        )
        .await
    }
}

#[tokio::test]
async fn row_35_a_role_is_removed_and_tokens_know_within_max_staleness() {
    let site = Site::with_tokens();
    let token = site.sign_in().await;
    site.users.is(User::new("7").named("Ada"));
    site.clock.advance(MAX_STALENESS - SECOND);
    assert_eq!(
        site.visit(&token).await.status,
        StatusCode::OK,
        "as it was said to be"
    );
    assert_eq!(site.users.reads(), 0);
    site.clock.advance(SECOND);
    let refused = site.visit(&token).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "forbidden")
    );
    assert!(refused.cookies().is_empty());
    assert_eq!(site.users.reads(), 1);
}

#[tokio::test]
async fn row_35_a_user_is_disabled_and_tokens_know_within_max_staleness() {
    let site = Site::with_tokens();
    let token = site.sign_in().await;
    site.users.disable("7");
    site.clock.advance(MAX_STALENESS);
    let refused = site.visit(&token).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.cookies().len(), 1, "the cookie is removed");
    assert!(refused.cookies()[0].contains("Max-Age=0"));
}

#[tokio::test]
async fn row_35_who_was_read_anew_is_written_down() {
    let site = Site::with_tokens();
    let token = site.sign_in().await;
    site.users.is(admin().named("Grace"));
    site.clock.advance(MAX_STALENESS);
    let answer = site.visit(&token).await;
    assert_eq!(answer.body, "Grace");
    let renewed = answer.cookie().replace("session=", "");
    assert_ne!(renewed, token);
    site.clock.advance(MAX_STALENESS - SECOND);
    let again = site.visit(&renewed).await;
    assert_eq!((again.body.as_str(), again.cookies().len()), ("Grace", 0));
    assert_eq!(site.users.reads(), 1);
    let bearer = get("/").header("authorization", format!("Bearer {renewed}"));
    site.clock.advance(SECOND);
    let answer = send(&site.app, bearer).await;
    assert_eq!((answer.body.as_str(), answer.cookies().len()), ("Grace", 0));
}

#[tokio::test]
async fn row_35_an_outage_of_the_users_is_503_and_keeps_the_cookie() {
    let site = Site::with_tokens();
    let token = site.sign_in().await;
    *site.users.is_down.lock().expect("nobody panicked") = true;
    assert_eq!(site.visit(&token).await.status, StatusCode::OK);
    site.clock.advance(MAX_STALENESS);
    let answer = site.visit(&token).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "5");
    assert!(answer.cookies().is_empty());
    *site.users.is_down.lock().expect("nobody panicked") = false;
    assert_eq!(site.visit(&token).await.status, StatusCode::OK);
}

/// Visits, or changes of the session, that keep it young.
async fn outlives_nothing(path: &str, every: Duration) {
    let site = Site::with_tokens();
    let mut cookie = format!("session={}", site.sign_in().await);
    site.users.disable("7");
    let mut passed = Duration::ZERO;
    while passed < 20 * DAY {
        site.clock.advance(every);
        passed += every;
        let answer = send(&site.app, get(path).header("cookie", &cookie)).await;
        if answer.status == StatusCode::UNAUTHORIZED {
            break;
        }
        assert_eq!(answer.status, StatusCode::OK);
        if let Some(set) = answer.cookies().first() {
            cookie = set.split(';').next().unwrap_or_default().to_owned();
        }
    }
    assert!(
        passed <= MAX_STALENESS + every,
        "{path} {every:?}: {passed:?}"
    );
}

#[tokio::test]
async fn row_35_no_refresh_and_no_rotation_makes_what_is_known_younger() {
    for path in ["/", "/rotate"] {
        outlives_nothing(path, MAX_STALENESS - SECOND).await;
        outlives_nothing(path, DAY + SECOND).await;
    }
}

#[tokio::test]
async fn row_35_a_role_is_removed_and_a_stored_session_knows_with_the_next_request() {
    let site = Site::of(|builder| builder.store(MemoryStore::new()));
    let token = site.sign_in().await;
    assert_eq!(site.visit(&token).await.status, StatusCode::OK);
    site.users.is(User::new("7").named("Ada"));
    let refused = site.visit(&token).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    site.users.disable("7");
    assert_eq!(site.visit(&token).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn row_35_with_a_store_a_user_is_disabled_at_once() {
    let clock = FakeClock::default();
    let store = MemoryStore::new();
    let auth = builder(&clock).store(store).build().expect("usable");
    let app: Router = Router::new()
        .route("/", route_get(office))
        .with_state(auth.clone());
    let signed_in = auth.sign_in(admin()).await.expect("signed in");
    let visit = || {
        let cookie = format!("session={}", signed_in.expose_token());
        send(&app, get("/").header("cookie", cookie))
    };
    assert_eq!(visit().await.status, StatusCode::OK);
    auth.sign_out_everywhere("7").await.expect("asked");
    assert_eq!(visit().await.status, StatusCode::UNAUTHORIZED);
}
