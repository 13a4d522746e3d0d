//! Stores that answer from a cache, and handlers that do not want to hear it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use http::StatusCode;
use portcullis::routing::get as route_get;
use portcullis::{
    Auth, MemoryStore, Router, Session, SessionKey, SessionStore, StoreError, StoredSession, User,
    authorized, guard, protected, public,
};
use portcullis_tests::{FakeClock, builder, get, send};

/// Remembers the first answer to every key, and counts what it is asked.
#[derive(Debug, Clone, Default)]
struct Cached {
    store: MemoryStore,
    cache: Arc<Mutex<HashMap<SessionKey, StoredSession>>>,
    is_plain: bool,
    loads: Arc<AtomicUsize>,
    live_loads: Arc<AtomicUsize>,
}

impl Cached {
    /// How often it was asked, and how often past its cache.
    fn asked(&self) -> (usize, usize) {
        let taken = |count: &AtomicUsize| count.swap(0, Ordering::SeqCst);
        (taken(&self.loads), taken(&self.live_loads))
    }
}

impl SessionStore for Cached {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.store.create(session).await
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        let cached = self
            .cache
            .lock()
            .expect("nobody panicked")
            .get(key)
            .cloned();
        if cached.is_some() {
            return Ok(cached);
        }
        let loaded = self.store.load(key).await?;
        if let Some(session) = &loaded {
            let mut cache = self.cache.lock().expect("nobody panicked");
            cache.insert(key.clone(), session.clone());
        }
        Ok(loaded)
    }

    async fn load_live(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.live_loads.fetch_add(1, Ordering::SeqCst);
        self.store.load(key).await
    }

    fn is_cached(&self) -> bool {
        !self.is_plain
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
        self.store.rename(key, to, expires).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        self.store.delete(key).await
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        self.store.list_user(user_id).await
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        self.store.delete_user(user_id).await
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        self.store.prune(expired, limit).await
    }
}

#[protected]
async fn calm(session: Session) -> String {
    session.user.roles.join(",")
}

#[protected(live)]
async fn live(session: Session) -> String {
    session.user.roles.join(",")
}

#[authorized(role = "admin", live)]
async fn live_admin() {}

#[authorized(role = "admin")]
async fn calm_admin() {}

#[public(reason = "greets everybody")]
async fn hello(session: Option<Session>) -> String {
    session.map_or_else(String::new, |session| session.user.roles.join(","))
}

/// An application on that store, and the cookie of an admin whom the cache knows, and who is a reader by
/// now.
async fn demoted(store: &Cached) -> (Router, String) {
    let auth: Auth = builder(&FakeClock::default())
        .store(store.clone())
        .build()
        .expect("usable");
    let inner = Router::new()
        .route("/calm", route_get(calm))
        .route("/live", route_get(live))
        .route("/calm-admin", route_get(calm_admin))
        .route("/live-admin", route_get(live_admin))
        .route("/hello", route_get(hello))
        .with_state(auth.clone());
    let app = Router::<Auth>::new()
        .guarded_service("/in-calm", guard!(), inner.clone())
        .guarded_service("/in-live", guard!(live), inner.clone())
        .with_state(auth.clone())
        .merge(inner);
    let admin = User::new("7").with_roles(["admin"]);
    let signed_in = auth.sign_in(admin).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    let before = send(&app, get("/calm").header("cookie", &cookie)).await;
    assert_eq!(before.body, "admin");
    let sessions = store.list_user("7").await.expect("an answer");
    let reader = r#"{"id":"7","roles":["reader"]}"#;
    let key = &sessions.first().expect("signed in").key;
    assert!(store.update(key, reader).await.expect("an answer"));
    store.asked();
    (app, cookie)
}

#[tokio::test]
async fn live_handlers_ask_past_the_cache_and_others_do_not() {
    let store = Cached::default();
    let (app, cookie) = demoted(&store).await;
    for (path, body, asked) in [
        ("/calm", "admin", (1, 0)),
        ("/hello", "admin", (1, 0)),
        ("/live", "reader", (0, 1)),
        // A calm guard's answer is not good enough for a live one, but the other way round.
        ("/in-calm/calm", "admin", (1, 0)),
        ("/in-calm/live", "reader", (1, 1)),
        ("/in-live/calm", "reader", (0, 1)),
        ("/in-live/hello", "reader", (0, 1)),
        ("/in-live/live", "reader", (0, 1)),
    ] {
        let answer = send(&app, get(path).header("cookie", &cookie)).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, body),
            "{path}"
        );
        assert_eq!(store.asked(), asked, "{path}");
    }
}

#[tokio::test]
async fn a_role_that_was_taken_counts_no_longer_where_a_rule_is_live() {
    let store = Cached::default();
    let (app, cookie) = demoted(&store).await;
    for (path, status) in [
        ("/calm-admin", StatusCode::OK),
        ("/live-admin", StatusCode::FORBIDDEN),
        ("/in-calm/live-admin", StatusCode::FORBIDDEN),
        ("/in-live/calm-admin", StatusCode::FORBIDDEN),
    ] {
        let answer = send(&app, get(path).header("cookie", &cookie)).await;
        assert_eq!(answer.status, status, "{path}");
    }
    store.delete_user("7").await.expect("an answer");
    for (path, status) in [
        ("/calm", StatusCode::OK),
        ("/live", StatusCode::UNAUTHORIZED),
        ("/in-calm/live", StatusCode::UNAUTHORIZED),
        ("/in-live/calm", StatusCode::UNAUTHORIZED),
    ] {
        let answer = send(&app, get(path).header("cookie", &cookie)).await;
        assert_eq!(answer.status, status, "{path}");
    }
}

#[tokio::test]
async fn without_a_cache_one_question_answers_every_guard() {
    let store = Cached {
        is_plain: true,
        ..Cached::default()
    };
    let (app, cookie) = demoted(&store).await;
    for path in [
        "/calm",
        "/live",
        "/hello",
        "/in-calm/live",
        "/in-live/calm",
        "/in-calm/calm",
    ] {
        send(&app, get(path).header("cookie", &cookie)).await;
        let (loads, live_loads) = store.asked();
        assert_eq!(loads + live_loads, 1, "{path}");
    }
}
