//! Sessions that are remembered: when the store is asked, and how old an answer can be.

mod bus;
mod changes;
mod channel;
mod contract;
mod fake;
mod guards;
mod hits;
mod races;
mod waiting;

use std::time::{Duration, SystemTime};

use portcullis::{CachedStore, Clock, SessionKey, SessionStore, StoredSession};
use portcullis_tests::FakeClock;

use self::fake::Fake;

/// The staleness of these tests.
const BOUND: Duration = Duration::from_secs(30);
const TICK: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn key(number: u8) -> SessionKey {
    SessionKey::from_bytes([number; 32])
}

/// A session that ends an hour after the start of a [`FakeClock`].
fn session(number: u8, user: &str) -> StoredSession {
    let json = format!(r#"{{"id":"{user}"}}"#);
    StoredSession::new(key(number), user.to_owned(), json, in_an_hour())
}

fn in_an_hour() -> SystemTime {
    FakeClock::default().now() + HOUR
}

fn cached(store: &Fake) -> CachedStore<Fake> {
    CachedStore::new(store.clone(), BOUND).clock(FakeClock::default())
}

/// A cache that remembers session 1, which is ada's.
async fn warm() -> (Fake, CachedStore<Fake>) {
    let store = Fake::default();
    let cache = cached(&store);
    cache.create(&session(1, "ada")).await.expect("created");
    assert!(has(&cache, 1).await);
    store.forget_counts();
    (store, cache)
}

async fn has(store: &impl SessionStore, number: u8) -> bool {
    let session = store.load(&key(number)).await.expect("asked");
    session.is_some()
}
