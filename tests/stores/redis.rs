//! Sessions in a real Redis.

use portcullis::RedisStore;
use portcullis::testing::store_contract;
use portcullis_tests::servers::Redis;

#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_the_contract() {
    let redis = Redis::shared();
    let open = async || {
        RedisStore::connect(&redis.url())
            .await
            .expect("a connection")
    };
    let contract = store_contract(open().await).beside(open().await);
    contract.expires_itself().run().await.assert();
}
