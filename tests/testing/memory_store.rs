//! The store in memory: what every store promises, and that it does not grow without end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use portcullis::routing::get;
use portcullis::{MemoryStore, Router, SessionKey, SessionStore, StoredSession, User, protected};
use portcullis_tests::{FakeClock, builder, get as request, send};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 32])
}

fn session(number: u8, user: &str, expires: u64) -> StoredSession {
    let json = format!(r#"{{"id":"{user}"}}"#);
    StoredSession::new(key(number), user.to_owned(), json, at(expires))
}

async fn holding(capacity: usize, sessions: &[StoredSession]) -> MemoryStore {
    let store = MemoryStore::with_capacity(capacity);
    for session in sessions {
        store.create(session).await.expect("room for it");
    }
    store
}

async fn has(store: &MemoryStore, number: u8) -> bool {
    store.load(&key(number)).await.expect("asked").is_some()
}

#[tokio::test]
async fn it_gives_back_what_it_was_given() {
    let ada = session(1, "ada", 10).authenticated(Some(at(5)), Some("phr".to_owned()));
    let store = holding(9, std::slice::from_ref(&ada)).await;
    assert_eq!(store.load(&key(1)).await.expect("asked"), Some(ada.clone()));
    assert_eq!(store.load(&key(2)).await.expect("asked"), None);
    let again = store.create(&ada).await.expect_err("the key is taken");
    assert!(!again.is_corrupt());
}

#[tokio::test]
async fn extend_moves_only_the_expiry_that_was_seen() {
    let store = holding(9, &[session(1, "ada", 10)]).await;
    let key = key(1);
    let extend = |seen, expires| store.extend(&key, at(seen), at(expires));
    assert!(extend(10, 20).await.expect("asked"));
    assert!(!extend(10, 30).await.expect("asked"));
    assert_eq!(store.prune(at(19), 10).await.expect("asked"), 0);
    assert_eq!(store.prune(at(20), 10).await.expect("asked"), 1);
    assert!(!extend(20, 30).await.expect("asked"));
}

#[tokio::test]
async fn update_replaces_the_user_of_a_session_that_is_there() {
    let store = holding(9, &[session(1, "ada", 10)]).await;
    assert!(store.update(&key(1), "{}").await.expect("asked"));
    assert!(!store.update(&key(2), "{}").await.expect("asked"));
    let changed = store.load(&key(1)).await.expect("asked").expect("there");
    assert_eq!((changed.user.as_str(), changed.expires), ("{}", at(10)));
    assert!(!has(&store, 2).await);
}

#[tokio::test]
async fn rename_gives_a_session_that_is_there_another_key() {
    let ada = session(1, "ada", 10).authenticated(Some(at(5)), Some("phr".to_owned()));
    let store = holding(9, &[ada.clone(), session(2, "bob", 20)]).await;
    assert!(store.rename(&key(1), &key(3), at(30)).await.expect("asked"));
    let mut renamed = ada;
    renamed.key = key(3);
    renamed.expires = at(30);
    assert_eq!(store.load(&key(3)).await.expect("asked"), Some(renamed));
    assert!(!has(&store, 1).await);
    assert!(!store.rename(&key(1), &key(4), at(30)).await.expect("asked"));
    assert!(!has(&store, 4).await);
    assert!(store.rename(&key(3), &key(2), at(30)).await.is_err());
    assert!(has(&store, 3).await && has(&store, 2).await);
    assert_eq!(store.prune(at(20), 10).await.expect("asked"), 1);
    assert_eq!(store.delete_user("ada").await.expect("asked"), 1);
}

#[tokio::test]
async fn delete_is_final() {
    let store = holding(9, &[session(1, "ada", 10)]).await;
    assert!(store.delete(&key(1)).await.expect("asked"));
    assert!(!store.delete(&key(1)).await.expect("asked"));
    assert!(!store.extend(&key(1), at(10), at(20)).await.expect("asked"));
    assert!(!store.rename(&key(1), &key(2), at(20)).await.expect("asked"));
    assert!(!has(&store, 1).await && !has(&store, 2).await);
}

#[tokio::test]
async fn all_sessions_of_a_user_go_and_no_others() {
    let sessions = [
        session(1, "ada", 10),
        session(2, "adam", 10),
        session(3, "ada", 20),
        session(4, "", 10),
    ];
    let store = holding(9, &sessions).await;
    assert_eq!(store.delete_user("ada").await.expect("asked"), 2);
    assert_eq!(store.delete_user("ada").await.expect("asked"), 0);
    assert!(has(&store, 2).await && has(&store, 4).await);
}

#[tokio::test]
async fn a_full_store_forgets_what_expires_first() {
    let store = holding(
        2,
        &[
            session(1, "ada", 30),
            session(2, "bob", 10),
            session(3, "eve", 20),
        ],
    )
    .await;
    assert!(!has(&store, 2).await);
    assert!(has(&store, 1).await && has(&store, 3).await);
    let smallest = holding(0, &[session(1, "ada", 30), session(2, "bob", 10)]).await;
    assert!(has(&smallest, 2).await && !has(&smallest, 1).await);
}

#[tokio::test]
async fn of_parallel_extensions_one_succeeds() {
    let store = holding(9, &[session(1, "ada", 10)]).await;
    let extensions: Vec<_> = (0..100)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.extend(&key(1), at(10), at(20)).await })
        })
        .collect();
    let mut extended = 0;
    for extension in extensions {
        extended += usize::from(extension.await.expect("no panic").expect("asked"));
    }
    assert_eq!(extended, 1);
}

#[protected]
async fn closed() {}

#[tokio::test]
async fn sessions_in_it_are_sessions() {
    let clock = FakeClock::default();
    let store = MemoryStore::new();
    let auth = builder(&clock)
        .store(store.clone())
        .build()
        .expect("usable");
    let app: Router = Router::new()
        .route("/", get(closed))
        .with_state(auth.clone());
    let signed_in = auth.sign_in(User::new(7)).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    let visit = || send(&app, request("/").header("cookie", &cookie));
    assert_eq!(visit().await.status, StatusCode::OK);
    store.delete_user("7").await.expect("asked");
    assert_eq!(visit().await.status, StatusCode::UNAUTHORIZED);
}
