//! The contract of session stores, of stores that are cached: all of it holds within one process.

use portcullis::testing::store_contract;
use portcullis::{CachedStore, MemoryStore, SessionStore, SqliteStore};

use super::BOUND;
use super::bus::Bus;

async fn keeps_the_contract(store: impl SessionStore + Clone) {
    let cached = CachedStore::new(store, BOUND);
    store_contract(cached.clone()).run().await.assert();
    let told = cached.capacity(10).channel(Bus::default());
    store_contract(told).run().await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_memory_keeps_the_contract() {
    keeps_the_contract(MemoryStore::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cached_sqlite_keeps_the_contract() {
    let store = SqliteStore::in_memory().await.expect("memory");
    keeps_the_contract(store).await;
}
