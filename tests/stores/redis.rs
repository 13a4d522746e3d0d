//! Sessions in a real Redis.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis::testing::store_contract;
use portcullis::{RedisStore, SessionKey, StoredSession};
use portcullis_tests::servers::Redis;

pub(crate) async fn connect(redis: &Redis) -> RedisStore {
    let store = RedisStore::connect(&redis.url()).await;
    store.expect("a connection")
}

/// A session that expires in an hour.
pub(crate) fn session(user_id: &str) -> StoredSession {
    static COUNT: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let user = format!(r#"{{"id":"{user_id}"}}"#);
    StoredSession::new(
        SessionKey::from_bytes([count; 32]),
        user_id.to_owned(),
        user,
        soon(),
    )
}

/// In an hour.
pub(crate) fn soon() -> SystemTime {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    UNIX_EPOCH + Duration::from_secs(now.as_secs() + 3600)
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_the_contract() {
    let redis = Redis::shared();
    let contract = store_contract(connect(&redis).await).beside(connect(&redis).await);
    contract.expires_itself().run().await.assert();
}
