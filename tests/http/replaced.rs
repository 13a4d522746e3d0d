//! Sessions that take the place of others: nothing of them is lost, and they end where those end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use axum::extract::State;
use axum::response::IntoResponse;
use http::StatusCode;
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{
    Auth, AuthBuilder, AuthError, MemoryStore, Router, Session, SessionKey, SessionStore,
    StoreError, StoredSession, User, protected,
};
use portcullis_tests::handlers::rotate;
use portcullis_tests::{Answer, FakeClock, builder, get, post, send};

/// A store whose sessions another request renames just before anything else is written.
#[derive(Clone, Default)]
struct Overtaken {
    store: MemoryStore,
    is_armed: Arc<AtomicBool>,
}

impl Overtaken {
    async fn overtake(&self, key: &SessionKey) {
        if self.is_armed.load(Ordering::SeqCst) {
            let renamed = self.store.update(key, r#"{"id":"7","name":"Ada"}"#).await;
            renamed.expect("an answer");
        }
    }
}

impl SessionStore for Overtaken {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.store.create(session).await
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.store.load(key).await
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.store.extend(key, seen, expires).await
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        self.store.update(key, user).await
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.overtake(key).await;
        self.store.rename(key, to, expires).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        self.overtake(key).await;
        self.store.delete(key).await
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        self.store.delete_user(user_id).await
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        self.store.list_user(user_id).await
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        self.store.prune(expired, limit).await
    }
}

#[protected]
async fn me(session: Session) -> String {
    session.user.name.unwrap_or_default()
}

/// Changes its mind, and tells what it had given out until then.
#[protected]
async fn rotate_and_leave(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let updated = auth.rotate(&session).await?;
    let token = updated.expose_token().unwrap_or_default().to_owned();
    Ok((updated, auth.sign_out(&session).await?, token))
}

#[protected]
async fn promote_and_leave(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let user = session.user.clone().with_roles(["admin"]);
    let updated = auth.update(&session, user).await?;
    let token = updated.expose_token().unwrap_or_default().to_owned();
    Ok((auth.sign_out(&session).await?, token))
}

#[protected]
async fn sign_in_and_leave(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let name = "x".repeat(if session.user_id() == "long" { 5000 } else { 1 });
    let signed_in = auth
        .sign_in(User::new(session.user_id()).named(name))
        .await?;
    let token = signed_in.expose_token().to_owned();
    Ok((signed_in, auth.sign_out(&session).await?, token))
}

#[protected]
async fn become_another(
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    let signed_out = auth.sign_out(&session).await?;
    let signed_in = auth.sign_in(User::new("8").named("Grace")).await?;
    Ok((signed_out, signed_in, "another"))
}

struct App {
    auth: Auth,
    router: Router,
}

impl App {
    fn new(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let auth = configure(builder(&FakeClock::default())).build();
        let auth = auth.expect("usable");
        let router = Router::new()
            .route("/me", route_get(me))
            .route("/rotate", route_post(rotate))
            .route("/rotate-and-leave", route_post(rotate_and_leave))
            .route("/promote-and-leave", route_post(promote_and_leave))
            .route("/sign-in-and-leave", route_post(sign_in_and_leave))
            .route("/become-another", route_post(become_another))
            .with_state(auth.clone());
        Self { auth, router }
    }

    fn each() -> [Self; 2] {
        [
            Self::new(|builder| builder),
            Self::new(|builder| builder.store(MemoryStore::new())),
        ]
    }

    async fn token(&self, id: &str) -> String {
        let signed_in = self.auth.sign_in(User::new(id)).await.expect("signed in");
        signed_in.expose_token().to_owned()
    }

    async fn send(&self, request: http::request::Builder, token: &str) -> Answer {
        let request = request.header("cookie", format!("session={token}"));
        send(&self.router, request).await
    }

    /// Whether the token is of any use.
    async fn admits(&self, token: &str) -> bool {
        let bearer = get("/me").header("authorization", format!("Bearer {token}"));
        send(&self.router, bearer).await.status == StatusCode::OK
    }
}

#[tokio::test]
async fn a_rotation_loses_nothing_that_was_changed_meanwhile() {
    let store = Overtaken::default();
    let app = App::new(|builder| builder.store(store.clone()));
    let token = app.token("7").await;
    store.is_armed.store(true, Ordering::SeqCst);
    let rotated = app.send(post("/rotate"), &token).await.cookie();
    let me = send(&app.router, get("/me").header("cookie", rotated)).await;
    assert_eq!((me.status, me.body.as_str()), (StatusCode::OK, "Ada"));
    assert!(!app.admits(&token).await);
}

#[tokio::test]
async fn signing_out_ends_what_the_session_has_become_in_this_request() {
    for app in App::each() {
        for path in [
            "/rotate-and-leave",
            "/promote-and-leave",
            "/sign-in-and-leave",
        ] {
            let token = app.token("7").await;
            let left = app.send(post(path), &token).await;
            let given_out = left.body.clone();
            assert_eq!(left.status, StatusCode::OK, "{path}");
            assert!(!given_out.is_empty() && given_out != token, "{path}");
            assert!(!app.admits(&token).await, "{path}");
            assert!(!app.admits(&given_out).await, "{path}");
            assert!(left.clears_cookie(), "{path}: {left:?}");
            let is_set = |cookie: &&str| cookie.contains(&given_out);
            assert!(!left.cookies().iter().any(is_set), "{path}: {left:?}");
        }
    }
}

#[tokio::test]
async fn signing_out_takes_chunks_back_that_the_same_response_sets() {
    let app = App::new(|builder| builder);
    let token = app.token("long").await;
    let left = app.send(post("/sign-in-and-leave"), &token).await;
    assert_eq!(left.cookies().len(), 1, "{left:?}");
    assert!(left.clears_cookie());
    let (first, second) = left.body.split_at(3936);
    let chunks = format!("session.0={first}; session.1={second}");
    let again = send(&app.router, get("/me").header("cookie", chunks)).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_signs_out_and_then_in_is_signed_in() {
    for app in App::each() {
        let token = app.token("7").await;
        let another = app.send(post("/become-another"), &token).await;
        let last = another.cookies().last().map(|cookie| (*cookie).to_owned());
        let cookie = last.expect("a cookie");
        let pair = cookie.split(';').next().expect("a pair").to_owned();
        let me = send(&app.router, get("/me").header("cookie", pair)).await;
        assert_eq!(me.body, "Grace");
        assert!(!app.admits(&token).await);
    }
}
