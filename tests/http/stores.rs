//! The `database` strategy: what happens when its store does not play along.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use http::StatusCode;
use portcullis::{SessionKey, SessionStore, SqliteStore, StoreError, StoredSession, User};
use portcullis_tests::get;

use crate::app::App;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Fine,
    Down,
    Hanging,
    Garbled,
    /// Sessions do not say when the user signed in.
    Undated,
    ReadOnly,
}

/// A store that can be told to misbehave, and counts what it is asked.
#[derive(Debug, Clone)]
pub struct Moody {
    store: SqliteStore,
    mood: Arc<std::sync::Mutex<Mood>>,
    loads: Arc<AtomicUsize>,
    /// How often the expiry of a session was moved.
    pub extensions: Arc<AtomicUsize>,
    /// How often a session was deleted that was there.
    pub deletions: Arc<AtomicUsize>,
}

impl Moody {
    pub async fn new() -> Self {
        Self {
            store: SqliteStore::in_memory().await.expect("memory"),
            mood: Arc::new(std::sync::Mutex::new(Mood::Fine)),
            loads: Arc::default(),
            extensions: Arc::default(),
            deletions: Arc::default(),
        }
    }

    /// How often a session was looked up.
    pub fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }

    pub fn is(&self, mood: Mood) {
        *self.mood.lock().expect("nobody panicked") = mood;
    }

    async fn mood(&self, is_write: bool) -> Result<Mood, StoreError> {
        if !is_write {
            self.loads.fetch_add(1, Ordering::SeqCst);
        }
        let mood = *self.mood.lock().expect("nobody panicked");
        match mood {
            Mood::Down => Err(StoreError::unavailable("connection refused")),
            Mood::ReadOnly if is_write => Err(StoreError::unavailable("read-only")),
            Mood::Hanging => std::future::pending().await,
            mood => Ok(mood),
        }
    }
}

impl SessionStore for Moody {
    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        self.mood(true).await?;
        self.store.create(session).await
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let mood = self.mood(false).await?;
        let session = self.store.load(key).await?;
        Ok(session.map(|mut session| {
            if mood == Mood::Garbled {
                session.user = "{".to_owned();
            }
            if mood == Mood::Undated {
                session.auth_time = None;
            }
            session
        }))
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.mood(true).await?;
        let is_moved = self.store.extend(key, seen, expires).await?;
        self.extensions
            .fetch_add(usize::from(is_moved), Ordering::SeqCst);
        Ok(is_moved)
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        self.mood(true).await?;
        self.store.update(key, user).await
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.mood(true).await?;
        self.store.rename(key, to, expires).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        self.mood(true).await?;
        let was_there = self.store.delete(key).await?;
        self.deletions
            .fetch_add(usize::from(was_there), Ordering::SeqCst);
        Ok(was_there)
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        self.store.delete_user(user_id).await
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        self.mood(false).await?;
        self.store.list_user(user_id).await
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        self.mood(true).await?;
        self.store.prune(expired, limit).await
    }
}

pub async fn moody() -> (App, Moody, String) {
    let store = Moody::new().await;
    let app = App::configured(|builder| builder.store(store.clone()));
    let cookie = app.sign_in(User::new(7)).await;
    (app, store, cookie)
}

#[tokio::test]
async fn store_down_is_503_and_keeps_the_cookie() {
    let (app, store, cookie) = moody().await;
    store.is(Mood::Down);
    for (path, accept) in [
        ("/me", "application/json"),
        ("/page", "text/html"),
        ("/", "text/html"),
    ] {
        let answer = app
            .send(get(path).header("cookie", &cookie).header("accept", accept))
            .await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header("retry-after"), "5");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(
            (answer.header("www-authenticate"), answer.header("location")),
            ("", "")
        );
        assert!(answer.cookies().is_empty(), "{path}");
    }
    let problem = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(problem.code(), "store_unavailable");
    assert_eq!(app.runs.count(), 0);
    store.is(Mood::Fine);
    assert_eq!(
        app.send(get("/me").header("cookie", &cookie)).await.status,
        StatusCode::OK,
        "as if nothing happened"
    );
}

#[tokio::test]
async fn a_store_that_hangs_is_503_at_the_deadline() {
    let (app, store, cookie) = moody().await;
    store.is(Mood::Hanging);
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    let answer = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let waited = started.elapsed().as_millis();
    assert!((1000..1100).contains(&waited), "{waited} ms");
}

#[tokio::test]
async fn sign_in_and_sign_out_say_that_the_store_is_down() {
    let (app, store, cookie) = moody().await;
    store.is(Mood::ReadOnly);
    let signed_in = app.sign_in_with(User::new(8), None).await;
    assert_eq!(
        (signed_in.status, signed_in.cookies().len()),
        (StatusCode::SERVICE_UNAVAILABLE, 0)
    );
    let signed_out = app
        .send(portcullis_tests::post("/sign-out").header("cookie", &cookie))
        .await;
    assert_eq!(
        (signed_out.status, signed_out.cookies().len()),
        (StatusCode::SERVICE_UNAVAILABLE, 0)
    );
    assert_eq!(signed_out.header("retry-after"), "5");
    store.is(Mood::Fine);
    assert_eq!(
        app.send(get("/me").header("cookie", &cookie)).await.status,
        StatusCode::OK,
        "still signed in"
    );
}

#[tokio::test]
async fn the_store_is_asked_once_and_only_if_somebody_wants_to_know() {
    let (app, store, cookie) = moody().await;
    app.send(get("/plain").header("cookie", &cookie)).await;
    assert_eq!(
        store.loads(),
        0,
        "a public handler that asks for no session"
    );
    app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(store.loads(), 1, "guard and extractor share one answer");
}

#[tokio::test]
async fn an_expired_row_is_deleted_when_it_is_met() {
    let (app, store, cookie) = moody().await;
    app.clock.advance(31 * DAY);
    app.send(get("/me").header("cookie", &cookie)).await;
    let again = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(again.code(), "session_invalid", "it is gone");
    assert_eq!(
        store
            .store
            .prune(SystemTime::now() + 10_000 * DAY, u32::MAX)
            .await
            .expect("an answer"),
        0
    );
}
