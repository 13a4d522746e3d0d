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

#[tokio::test(flavor = "multi_thread")]
async fn upstash() {
    let redis = Redis::shared();
    let open = async || {
        portcullis::AuthjsRedisStore::connect(&redis.url())
            .await
            .expect("a connection")
            .base_key_prefix("contract:")
    };
    let client = redis::Client::open(redis.url()).expect("an address");
    let manager = client.get_connection_manager().await.expect("a connection");
    let make = move |id: String| {
        let mut manager = manager.clone();
        async move {
            let user = serde_json::json!({"id": id, "name": "Ada"}).to_string();
            let mut set = redis::cmd("SET");
            set.arg(format!("contract:user:{id}")).arg(user);
            set.exec_async(&mut manager).await.expect("written");
            id
        }
    };
    let contract = store_contract(open().await)
        .beside(open().await)
        .derives_users();
    let report = contract.users(make).run().await;
    println!("{report}");
}
