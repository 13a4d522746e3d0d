//! Sessions in Redis as Auth.js keeps them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis::testing::{StoreContract, store_contract};
use portcullis::{AuthjsRedisStore, CachedStore, SessionKey, SessionStore, StoredSession};
use portcullis_tests::servers::Redis;
use serde_json::{Value, json};

use crate::redis::after;
use crate::redis_admin::{Admin, Monitor};

pub(crate) const DAY: u64 = 24 * 60 * 60;
pub(crate) const TOKEN: &str = "8d3ac8de-7c6a-4d09-b8a4-2f0e8b1f9f55";
pub(crate) const OTHER_TOKEN: &str = "8d3ac8de-7c6a-4d09-b8a4-2f0e8b1f9f56";

pub(crate) async fn connect(redis: &Redis) -> AuthjsRedisStore {
    let store = AuthjsRedisStore::connect(&redis.url()).await;
    store.expect("a connection").base_key_prefix("app:")
}

fn key(token: &str) -> SessionKey {
    SessionKey::from_token(token).expect("a token")
}

pub(crate) fn session(token: &str, user_id: &str) -> StoredSession {
    StoredSession::new(key(token), user_id.to_owned(), "{}".to_owned(), after(DAY))
}

impl Admin {
    async fn set(&mut self, key: &str, value: &Value) {
        let () = self.ask(&["SET", key, &value.to_string()]).await;
    }

    pub(crate) async fn get(&mut self, key: &str) -> String {
        self.ask(&["GET", key]).await
    }

    /// A user whom the adapter has made.
    async fn ada(&mut self) {
        let ada = json!({
            "name": "Ada", "email": "ada@example.com", "image": null, "emailVerified": null,
            "role": "admin", "plan": {"gold": []}, "passwordHash": "hunter2",
            "roles": ["root"], "permissions": ["all"], "id": "7",
        });
        self.set("app:user:7", &ada).await;
        let () = self
            .ask(&["SET", "app:user:email:ada@example.com", "7"])
            .await;
    }
}

/// What the layout cannot do, as `AuthjsRedisStore` says.
const ONLY_THE_LATEST_IS_FOUND: [&str; 10] = [
    "keys_of_any_bytes_are_told_apart",
    "an_extended_session_is_listed_so",
    "rename_moves_the_session",
    "a_user_has_exactly_their_sessions",
    "delete_user_counts",
    "delete_user_is_final",
    "racing_delete_users_count_once",
    "a_user_has_many_sessions",
    "user_changed_ends_nothing",
    "parallel_sessions_of_a_user_are_all_listed",
];
const THE_EXPIRED_ARE_NOT_FOUND: [&str; 6] = [
    "prune_removes_the_expired",
    "prune_takes_the_moment_itself",
    "prune_keeps_to_its_limit",
    "a_pruned_session_is_gone",
    "prune_goes_by_the_present_expiry",
    "racing_prunes_count_once",
];

/// The contract, but for what the layout cannot promise.
async fn keeps_the_contract(redis: &Redis, contract: StoreContract<impl SessionStore + Clone>) {
    let url = redis.url();
    let make_user = move |id: String| {
        let url = url.clone();
        async move {
            let client = redis::Client::open(url).expect("an address");
            let connection = client.get_multiplexed_async_connection().await;
            let mut set = redis::cmd("SET");
            set.arg(format!("app:user:{id}"))
                .arg(json!({"id": id}).to_string());
            let set = set.exec_async(&mut connection.expect("a connection")).await;
            set.expect("written");
            id
        }
    };
    contract
        .users(make_user)
        .derives_users()
        .without(
            ONLY_THE_LATEST_IS_FOUND,
            "a user's key names the latest session only",
        )
        .without(
            THE_EXPIRED_ARE_NOT_FOUND,
            "nothing finds sessions by their expiry",
        )
        .run()
        .await
        .assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_layout_of_upstash_keeps_the_contract_as_far_as_it_can() {
    let redis = Redis::shared();
    let contract = store_contract(connect(&redis).await).beside(connect(&redis).await);
    keeps_the_contract(&redis, contract).await;
    let cached = CachedStore::new(connect(&redis).await, Duration::from_secs(30));
    keeps_the_contract(&redis, store_contract(cached).races(200)).await;
}

#[tokio::test]
async fn a_session_and_its_user_are_one_round_trip() {
    let redis = Redis::start();
    let store = connect(&redis).await;
    Admin::of(&redis).await.ada().await;
    let session = session(TOKEN, "7");
    store.create(&session).await.expect("created");
    let mut monitor = Monitor::of(&redis).await;
    for _ in 0..2 {
        monitor.sent().await;
        store.load(&session.key).await.expect("an answer");
        let extended = store
            .extend(&session.key, session.expires, session.expires)
            .await;
        assert!(extended.expect("an answer"));
        store.list_user("7").await.expect("an answer");
    }
    assert_eq!(monitor.sent().await, ["EVALSHA"; 3]);
}

#[tokio::test]
async fn only_the_members_that_are_named_are_seen() {
    let redis = Redis::start();
    let mut admin = Admin::of(&redis).await;
    admin.ada().await;
    let plain = connect(&redis).await;
    plain.create(&session(TOKEN, "7")).await.expect("created");
    let seen = async |store: AuthjsRedisStore| {
        let session = store.load(&key(TOKEN)).await.expect("an answer");
        let user = session.expect("a session").user;
        serde_json::from_str::<Value>(&user).expect("JSON")
    };
    let mut expected = json!({
        "id": "7", "name": "Ada", "email": "ada@example.com", "image": null, "roles": [],
    });
    assert_eq!(seen(plain.clone()).await, expected);
    let named = ["plan", "permissions", "roles", "scopes", "absent"];
    let named = named
        .iter()
        .fold(plain.clone(), |store, name| store.user_member(*name));
    expected["plan"] = json!({"gold": []});
    assert_eq!(seen(named).await, expected);

    for (stored, roles) in [
        (json!("admin"), json!(["admin"])),
        (json!(["admin", "editor"]), json!(["admin", "editor"])),
        (json!(""), json!([])),
        (json!(null), json!([])),
    ] {
        let user = json!({"id": "7", "role": stored});
        admin.set("app:user:7", &user).await;
        assert_eq!(
            seen(plain.clone().role_member("role")).await["roles"],
            roles
        );
    }
    for stored in [json!(1), json!(true), json!({}), json!([1])] {
        admin
            .set("app:user:7", &json!({"id": "7", "role": stored}))
            .await;
        let loaded = plain.clone().role_member("role").load(&key(TOKEN)).await;
        assert!(loaded.expect_err("unreadable").is_corrupt(), "{stored}");
    }
}

#[tokio::test]
async fn extending_and_renaming_keep_the_other_members_to_the_letter() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let at = format!("app:user:session:{TOKEN}");
    let before = r#"{"a":[],"n":12345678901234567890, "expires" : "2100-01-01T00:00:00.734Z","userId":"7","e":"\"expires\":\"2100-01-01T00:00:00.734Z\"","z":{"é":null}}"#;
    let () = admin.ask(&["SET", &at, before]).await;
    let seen = UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    let extend = async |seen: SystemTime| {
        let later = seen + Duration::from_secs(61);
        store.extend(&key(TOKEN), seen, later).await
    };
    assert!(
        !extend(seen + Duration::from_secs(1))
            .await
            .expect("an answer")
    );
    assert_eq!(admin.get(&at).await, before);
    assert!(extend(seen).await.expect("an answer"));
    let after = before.replacen("00:00:00.734Z", "00:01:01.000Z", 1);
    assert_eq!(admin.get(&at).await, after);
    assert_eq!(admin.get("app:user:session:by-user-id:7").await, at);

    let renamed = r#"{"e":[],"sessionToken":"8d3ac8de-7c6a-4d09-b8a4-2f0e8b1f9f55","userId":"7","expires":"2100-01-01T00:00:00.734Z"}"#;
    let () = admin.ask(&["SET", &at, renamed]).await;
    let other_at = format!("app:user:session:{OTHER_TOKEN}");
    let moved = store.rename(&key(TOKEN), &key(OTHER_TOKEN), seen).await;
    assert!(moved.expect("an answer"));
    let after = renamed.replace(TOKEN, OTHER_TOKEN).replace(".734", ".000");
    assert_eq!(admin.get(&other_at).await, after);
    assert_eq!(admin.get("app:user:session:by-user-id:7").await, other_at);

    let twice = r#"{"expires":"2100-01-01T00:00:00.000Z","userId":"7","was":{"expires":"2100-01-01T00:00:00.000Z"}}"#;
    for unclear in [
        twice,
        r#"{"expires":1,"userId":"7"}"#,
        "[]",
        "text",
        r#"{"userId":7}"#,
    ] {
        let () = admin.ask(&["SET", &at, unclear]).await;
        let error = extend(seen).await.expect_err("unclear");
        assert!(error.is_corrupt(), "{unclear}");
        assert_eq!(admin.get(&at).await, unclear);
    }
}

#[tokio::test]
async fn an_address_moves_with_its_user_and_is_taken_from_nobody() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    admin.ada().await;
    let () = admin
        .ask(&["SET", "app:user:email:bob@example.com", "8"])
        .await;
    store.create(&session(TOKEN, "7")).await.expect("created");
    let update = async |email: &str| {
        let user = json!({"id": "7", "email": email}).to_string();
        store.update(&key(TOKEN), &user).await
    };
    update("bob@example.com").await.expect_err("Bob's");
    assert!(admin.get("app:user:7").await.contains("ada@example.com"));
    assert!(update("lovelace@example.com").await.expect("an answer"));
    assert_eq!(admin.get("app:user:email:lovelace@example.com").await, "7");
    assert!(
        !admin
            .ask::<bool>(&["EXISTS", "app:user:email:ada@example.com"])
            .await
    );
    let user: Value = serde_json::from_str(&admin.get("app:user:7").await).expect("JSON");
    assert_eq!(user["email"], "lovelace@example.com");
    assert_eq!(user["name"], "Ada");
    assert_eq!(user["passwordHash"], "hunter2");
    assert_eq!(user["plan"], json!({"gold": []}));
}

#[tokio::test]
async fn a_session_begins_for_a_user_that_is_stored_and_lives_as_long() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let session = session(TOKEN, "7");
    store.create(&session).await.expect_err("nobody of that id");
    let keys: Vec<String> = admin.ask(&["KEYS", "*"]).await;
    assert!(keys.is_empty(), "{keys:?}");
    admin.ada().await;
    store.create(&session).await.expect("created");
    let () = admin.ask(&["DEL", "app:user:7"]).await;
    assert_eq!(store.load(&session.key).await.expect("an answer"), None);
    assert_eq!(store.list_user("7").await.expect("a list"), []);
}

#[tokio::test]
async fn what_auth_js_never_wrote_is_corrupt() {
    let redis = Redis::start();
    let (store, mut admin) = (connect(&redis).await, Admin::of(&redis).await);
    let at = format!("app:user:session:{TOKEN}");
    let well = r#"{"sessionToken":"","userId":"7","expires":"2100-01-01T00:00:00.000Z"}"#;
    for (session, user) in [
        ("text", r#"{"id":"7"}"#),
        ("[]", r#"{"id":"7"}"#),
        (r#"{"userId":"7"}"#, r#"{"id":"7"}"#),
        (r#"{"userId":"7","expires":"soon"}"#, r#"{"id":"7"}"#),
        (well, "text"),
        (well, "[]"),
        (well, r#"{"name":"Ada"}"#),
        (well, r#"{"id":"8"}"#),
    ] {
        let () = admin.ask(&["SET", &at, session]).await;
        let () = admin.ask(&["SET", "app:user:7", user]).await;
        let error = store.load(&key(TOKEN)).await.expect_err("unreadable");
        assert!(error.is_corrupt(), "{session} {user}: {error:?}");
    }
}
