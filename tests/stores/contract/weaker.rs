//! A store that keeps less than ours do, as stores of others may: what the contract is told, it allows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use portcullis::testing::{ContractCheck, store_contract};
use portcullis::{KeyFormat, MemoryStore, SessionKey, SessionStore, StoreError, StoredSession};

/// Finds sessions by their tokens, drops them as they expire, and knows users by their numbers alone.
#[derive(Debug, Clone, Default)]
struct Weaker(MemoryStore);

impl Weaker {
    /// What is read: the user is not as it was written, and nothing is known of the sign-in.
    fn read(session: &StoredSession) -> StoredSession {
        let user = format!(r#"{{"id":{:?},"name":"Ada"}}"#, session.user_id);
        let (key, user_id) = (session.key.clone(), session.user_id.clone());
        StoredSession::new(key, user_id, user, session.expires)
    }
}

impl SessionStore for Weaker {
    fn key_format(&self) -> KeyFormat {
        KeyFormat::Token
    }

    async fn create(&self, session: &StoredSession) -> Result<(), StoreError> {
        let is_number = session.user_id.parse::<u64>().is_ok();
        if session.key.expose_token().is_none() || !is_number {
            return Err(StoreError::unavailable("no token, or no user"));
        }
        self.0.create(session).await
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.0.prune(SystemTime::now(), u32::MAX).await?;
        Ok(self.0.load(key).await?.as_ref().map(Self::read))
    }

    async fn extend(
        &self,
        key: &SessionKey,
        seen: SystemTime,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.0.prune(SystemTime::now(), u32::MAX).await?;
        self.0.extend(key, seen, expires).await
    }

    async fn update(&self, key: &SessionKey, user: &str) -> Result<bool, StoreError> {
        self.0.update(key, user).await
    }

    async fn rename(
        &self,
        key: &SessionKey,
        to: &SessionKey,
        expires: SystemTime,
    ) -> Result<bool, StoreError> {
        self.0.rename(key, to, expires).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        self.0.prune(SystemTime::now(), u32::MAX).await?;
        self.0.delete(key).await
    }

    async fn list_user(&self, user_id: &str) -> Result<Vec<StoredSession>, StoreError> {
        self.0.prune(SystemTime::now(), u32::MAX).await?;
        let found = self.0.list_user(user_id).await?;
        Ok(found.iter().map(Self::read).collect())
    }

    async fn delete_user(&self, user_id: &str) -> Result<u64, StoreError> {
        self.0.delete_user(user_id).await
    }

    async fn prune(&self, expired: SystemTime, limit: u32) -> Result<u64, StoreError> {
        self.0.prune(expired, limit).await
    }
}

/// Users by their numbers.
fn numbered() -> impl Fn(String) -> std::future::Ready<String> + Send + Sync + 'static {
    let users = Arc::new(AtomicU64::new(1));
    move |_| std::future::ready(users.fetch_add(1, Ordering::Relaxed).to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weaker_store_keeps_the_contract_that_is_said_to_hold() {
    let contract = store_contract(Weaker::default()).users(numbered());
    let contract = contract.derives_users().expires_itself();
    contract.races(200).run().await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_said_is_held_against_it() {
    for (expected, contract) in [
        (
            "an_expired_session_is_itself_or_gone",
            store_contract(Weaker::default())
                .users(numbered())
                .derives_users(),
        ),
        (
            "everything_is_read_back",
            store_contract(Weaker::default())
                .users(numbered())
                .expires_itself(),
        ),
        (
            "a_user_has_many_sessions",
            store_contract(Weaker::default())
                .derives_users()
                .expires_itself(),
        ),
    ] {
        let report = contract.races(1).run().await;
        let failed: Vec<_> = report.failed().map(ContractCheck::name).collect();
        assert!(failed.contains(&expected), "{expected}:\n{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_share_one_store_at_the_same_time() {
    let store = MemoryStore::new();
    let runs = [0; 3].map(|_| tokio::spawn(store_contract(store.clone()).races(50).run()));
    for run in runs {
        run.await.expect("it ran").assert();
    }
    let left = store.prune(
        SystemTime::now() + std::time::Duration::from_secs(u32::MAX.into()),
        1,
    );
    assert_eq!(left.await.expect("an answer"), 0, "nothing is left behind");
}
