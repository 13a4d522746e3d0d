//! The contract of session stores, run against those that need no server.

mod broken;
mod failures;
mod flaw;
mod weaker;

use portcullis::testing::store_contract;
use portcullis::{MemoryStore, SqliteStore};

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_the_contract() {
    store_contract(MemoryStore::new()).run().await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_in_memory_keeps_the_contract() {
    let store = SqliteStore::in_memory().await.expect("memory");
    store_contract(store).run().await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_in_a_file_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = async || SqliteStore::open(folder.path().join("sessions.db")).await;
    let store = open().await.expect("a file");
    let beside = open().await.expect("a file");
    store_contract(store).beside(beside).run().await.assert();
}
