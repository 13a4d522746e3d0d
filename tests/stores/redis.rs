//! Sessions in a real Redis.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::response::IntoResponse;
use http::header::SET_COOKIE;
use portcullis::testing::store_contract;
use portcullis::{
    CachedStore, RedisChannel, RedisStore, SessionKey, SessionStore, StoredSession, SystemClock,
    User,
};
use portcullis_tests::servers::Redis;
use portcullis_tests::{FakeClock, builder};
use tokio::sync::Mutex;

use crate::redis_admin::{Admin, Monitor};

const HOUR: u64 = 60 * 60;

pub(crate) async fn connect(redis: &Redis) -> RedisStore {
    let store = RedisStore::connect(&redis.url()).await;
    store.expect("a connection")
}

/// A session that expires in an hour.
pub(crate) fn session(user_id: &str) -> StoredSession {
    static COUNT: AtomicU8 = AtomicU8::new(0);
    let key = SessionKey::from_bytes([COUNT.fetch_add(1, Ordering::Relaxed); 32]);
    let user = format!(r#"{{"id":"{user_id}"}}"#);
    StoredSession::new(key, user_id.to_owned(), user, after(HOUR))
}

/// So many seconds from now.
pub(crate) fn after(seconds: u64) -> SystemTime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    UNIX_EPOCH + Duration::from_secs(now.expect("after 1970").as_secs() + seconds)
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_the_contract() {
    let redis = Redis::shared();
    let contract = store_contract(connect(&redis).await).beside(connect(&redis).await);
    contract.expires_itself().run().await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_with_a_cache_keeps_the_contract() {
    let redis = Redis::shared();
    let channel = RedisChannel::connect(&redis.url()).await;
    let channel = channel.expect("a connection").key_prefix("cached:");
    let store = CachedStore::new(connect(&redis).await, Duration::from_secs(30));
    let contract = store_contract(store.channel(channel)).expires_itself();
    contract.races(200).run().await.assert();
}

#[tokio::test]
async fn sessions_and_indexes_go_two_hours_after_the_last_end() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let long = session("7");
    store.create(&long).await.expect("created");
    let (of_long, index) = (
        admin.only_key("portcullis:session:*").await,
        admin.only_key("portcullis:user:*").await,
    );
    assert_eq!(admin.minutes_left(&of_long).await, 3 * 60);
    assert_eq!(admin.minutes_left(&index).await, 3 * 60);

    let (seen, expires) = (long.expires, after(10 * HOUR));
    assert!(
        store
            .extend(&long.key, seen, expires)
            .await
            .expect("an answer")
    );
    assert_eq!(admin.minutes_left(&of_long).await, 12 * 60);
    assert_eq!(admin.minutes_left(&index).await, 12 * 60);

    store.create(&session("7")).await.expect("created");
    assert_eq!(admin.minutes_left(&index).await, 12 * 60);
    assert!(store.update(&long.key, "{}").await.expect("an answer"));
    assert_eq!(admin.minutes_left(&of_long).await, 12 * 60);

    assert!(
        store
            .extend(&long.key, expires, seen)
            .await
            .expect("an answer")
    );
    assert_eq!(admin.minutes_left(&of_long).await, 3 * 60);
    assert_eq!(admin.minutes_left(&index).await, 3 * 60);
}

#[tokio::test]
async fn what_redis_removed_leaves_the_index() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    store.create(&session("7")).await.expect("created");
    let index = admin.only_key("portcullis:user:*").await;
    let () = admin
        .ask(&["ZADD", &index, "1700000000", &"0".repeat(64)])
        .await;
    assert_eq!(store.list_user("7").await.expect("a list").len(), 1);
    store.create(&session("7")).await.expect("created");
    assert_eq!(admin.ask::<u64>(&["ZCARD", &index]).await, 2);
    assert_eq!(store.delete_user("7").await.expect("an answer"), 2);
    assert_eq!(admin.everything().await, HashMap::new());
}

#[tokio::test]
async fn a_call_is_one_round_trip() {
    let redis = Redis::start();
    let store = connect(&redis).await;
    let mut monitor = Monitor::of(&redis).await;
    // The first calls tell the server the scripts.
    each_call(&store, async || {}).await;
    monitor.sent().await;
    let monitor = Mutex::new(monitor);
    let sent = Mutex::new(Vec::new());
    each_call(&store, async || {
        let commands = monitor.lock().await.sent().await;
        sent.lock().await.push(commands.join(" "));
    })
    .await;
    let mut expected = ["EVALSHA"; 10];
    expected[1] = "HGETALL";
    // Pruning is left to Redis.
    expected[9] = "";
    assert_eq!(*sent.lock().await, expected);
}

/// Makes every call of a store, each with something to do.
pub(crate) async fn each_call(store: &impl SessionStore, made: impl AsyncFn()) {
    let (first, second) = (session("7"), session("7"));
    let soon = after(2 * HOUR);
    store.create(&first).await.expect("created");
    made().await;
    assert!(store.load(&first.key).await.expect("an answer").is_some());
    made().await;
    assert!(
        store
            .extend(&first.key, first.expires, soon)
            .await
            .expect("an answer")
    );
    made().await;
    assert!(
        store
            .update(&first.key, r#"{"id":"7"}"#)
            .await
            .expect("an answer")
    );
    made().await;
    assert_eq!(store.list_user("7").await.expect("a list").len(), 1);
    made().await;
    let to = session("7").key;
    assert!(
        store
            .rename(&first.key, &to, soon)
            .await
            .expect("an answer")
    );
    made().await;
    assert!(store.delete(&to).await.expect("an answer"));
    made().await;
    store.create(&second).await.expect("created");
    made().await;
    assert_eq!(store.delete_user("7").await.expect("an answer"), 1);
    made().await;
    store
        .prune(SystemTime::now(), 100)
        .await
        .expect("an answer");
    made().await;
}

#[tokio::test]
async fn no_id_is_stored_in_clear() {
    let redis = Redis::start();
    let mut admin = Admin::of(&redis).await;
    // Redis goes by its own clock.
    let auth = builder(&FakeClock::default()).clock(SystemClock);
    let auth = auth.store(connect(&redis).await).build();
    let auth = auth.expect("a configuration");
    let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
    let response = (signed_in, "").into_response();
    let cookie = response.headers()[SET_COOKIE].to_str().expect("text");
    let id = cookie.split(['=', ';']).nth(1).expect("a value");
    let everything = admin.everything().await;
    assert_eq!(everything.len(), 2, "{everything:?}");
    for (key, value) in everything {
        assert!(!key.contains(id) && !value.contains(id), "{key}: {value}");
    }
}

#[tokio::test]
async fn a_session_of_an_unknown_version_is_corrupt_and_no_other() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let (strange, well) = (session("7"), session("8"));
    store.create(&strange).await.expect("created");
    let key = admin.only_key("portcullis:session:*").await;
    store.create(&well).await.expect("created");
    for (field, value) in [("version", "2"), ("version", ""), ("expires", "soon")] {
        let () = admin.ask(&["HSET", &key, "version", "1"]).await;
        let () = admin.ask(&["HSET", &key, field, value]).await;
        let error = store.load(&strange.key).await.expect_err("unreadable");
        assert!(error.is_corrupt(), "{error:?}");
        let error = store.list_user("7").await.expect_err("unreadable");
        assert!(error.is_corrupt(), "{error:?}");
        assert!(admin.ask::<bool>(&["EXISTS", &key]).await);
    }
    let () = admin.ask(&["HSET", &key, "version", "2"]).await;
    let renamed = store
        .rename(&strange.key, &session("7").key, after(1))
        .await;
    assert!(renamed.expect_err("unreadable").is_corrupt());
    let before: HashMap<String, String> = admin.ask(&["HGETALL", &key]).await;
    let extended = store.extend(&strange.key, strange.expires, after(1)).await;
    assert!(extended.expect_err("unreadable").is_corrupt());
    let updated = store.update(&strange.key, "{}").await;
    assert!(updated.expect_err("unreadable").is_corrupt());
    assert_eq!(
        admin
            .ask::<HashMap<String, String>>(&["HGETALL", &key])
            .await,
        before
    );
    assert_eq!(store.load(&well.key).await.expect("an answer"), Some(well));
    assert!(store.delete(&strange.key).await.expect("an answer"));
}

#[tokio::test]
async fn what_is_no_session_is_corrupt() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let session = session("7");
    store.create(&session).await.expect("created");
    let key = admin.only_key("portcullis:session:*").await;
    let () = admin.ask(&["SET", &key, "something else"]).await;
    let error = store.load(&session.key).await.expect_err("unreadable");
    assert!(error.is_corrupt(), "{error:?}");
    assert!(admin.ask::<bool>(&["EXISTS", &key]).await);
}

#[tokio::test]
async fn applications_with_other_prefixes_share_a_server() {
    let redis = Redis::start();
    let shop = connect(&redis).await.key_prefix("shop:");
    let forum = connect(&redis).await.key_prefix("forum:");
    let session = session("7");
    shop.create(&session).await.expect("created");
    assert_eq!(forum.load(&session.key).await.expect("an answer"), None);
    assert_eq!(forum.delete_user("7").await.expect("an answer"), 0);
    forum.create(&session).await.expect("created");
    assert!(forum.delete(&session.key).await.expect("an answer"));
    assert_eq!(shop.list_user("7").await.expect("a list"), [session]);
}

#[tokio::test]
async fn an_application_lends_its_connection() {
    let redis = Redis::start();
    let client = redis::Client::open(redis.url()).expect("an address");
    let manager = client.get_connection_manager().await.expect("a connection");
    each_call(&RedisStore::with_manager(manager), async || {}).await;
}

#[tokio::test]
async fn errors_tell_no_password() {
    let redis = Redis::start();
    let mut admin = Admin::of(&redis).await;
    let () = admin.ask(&["CONFIG", "SET", "requirepass", "right"]).await;
    let address = redis.url().replace("redis://", "");
    for url in [
        format!("redis://:hunter2@{address}"),
        "redis://:hunter2@127.0.0.1:1".to_owned(),
        "redis://:hunter2@127.0.0.1:port".to_owned(),
        "rediss://:hunter2@127.0.0.1:1".to_owned(),
        "http://:hunter2@127.0.0.1".to_owned(),
        "hunter2".to_owned(),
    ] {
        let error = RedisStore::connect(&url).await.expect_err("no connection");
        let source = error.source().map(ToString::to_string);
        let said = format!("{error} {error:?} {source:?}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let store = RedisStore::connect(&format!("redis://:right@{address}")).await;
    assert!(!format!("{:?}", store.expect("a connection")).contains("right"));
}
