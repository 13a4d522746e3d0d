//! What processes tell each other by Redis.

use std::sync::Arc;
use std::time::Duration;

use portcullis::{Invalidation, InvalidationChannel, RedisChannel, SessionKey, StoreError};
use portcullis_tests::servers::Redis;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::redis_admin::Admin;

/// More than any of this takes, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// In 3 seconds a server that stands still is noticed.
const LONGER_THAN_NOTICED: Duration = Duration::from_secs(4);
/// The same on a busy machine.
const NOTICED_WITHIN: Duration = Duration::from_secs(10);

async fn connect(redis: &Redis) -> RedisChannel {
    let channel = RedisChannel::connect(&redis.url()).await;
    channel.expect("a connection")
}

/// A process that listens.
struct Listener {
    heard: UnboundedReceiver<Invalidation>,
    ended: JoinHandle<StoreError>,
}

impl Listener {
    /// One that has begun.
    async fn begin(channel: &RedisChannel) -> Self {
        let (tell, heard) = unbounded_channel();
        let channel = Arc::new(channel.clone());
        let ended = tokio::spawn(async move {
            let tell = move |told| tell.send(told).expect("somebody is interested");
            channel.listen(tell).await
        });
        let mut listener = Self { heard, ended };
        assert_eq!(listener.next().await, Some(Invalidation::Everything));
        listener
    }

    async fn next(&mut self) -> Option<Invalidation> {
        let heard = timeout(PATIENCE, self.heard.recv()).await;
        heard.expect("something to hear")
    }
}

#[tokio::test]
async fn what_one_process_tells_all_hear() {
    let redis = Redis::shared();
    let (here, there) = (connect(&redis).await, connect(&redis).await);
    let (here, there) = (here.key_prefix("all:"), there.key_prefix("all:"));
    let mut listeners = [Listener::begin(&here).await, Listener::begin(&there).await];
    let key = SessionKey::from_bytes([0xab; 32]);
    for told in [
        Invalidation::session(&key),
        Invalidation::user("7"),
        Invalidation::Everything,
    ] {
        here.publish(told).await.expect("told");
        for listener in &mut listeners {
            assert_eq!(listener.next().await, Some(told));
        }
    }
}

#[tokio::test]
async fn other_applications_on_the_server_hear_nothing() {
    let redis = Redis::shared();
    let shop = connect(&redis).await.key_prefix("shop:");
    let forum = connect(&redis).await.key_prefix("forum:");
    let mut listener = Listener::begin(&forum).await;
    shop.publish(Invalidation::user("7")).await.expect("told");
    forum.publish(Invalidation::user("8")).await.expect("told");
    assert_eq!(listener.next().await, Some(Invalidation::user("8")));
}

#[tokio::test]
async fn what_cannot_be_read_may_mean_anything() {
    let redis = Redis::shared();
    let mut admin = Admin::of(&redis).await;
    let channel = connect(&redis).await.key_prefix("later:");
    let mut listener = Listener::begin(&channel).await;
    let () = admin
        .ask(&["PUBLISH", "later:invalidations", "tenant:7"])
        .await;
    assert_eq!(listener.next().await, Some(Invalidation::Everything));
}

#[tokio::test]
async fn a_connection_that_is_lost_ends_listening_and_the_next_hears_everything() {
    let mut redis = Redis::start();
    let channel = connect(&redis).await;
    let mut listener = Listener::begin(&channel).await;
    redis.kill();
    assert_eq!(listener.next().await, None);
    listener.ended.await.expect("no panic");
    channel.listen(|_| panic!("nothing to hear")).await;
    channel
        .publish(Invalidation::user("7"))
        .await
        .expect_err("nobody there");
    redis.restart();
    let mut listener = Listener::begin(&channel).await;
    channel
        .publish(Invalidation::user("7"))
        .await
        .expect("told");
    assert_eq!(listener.next().await, Some(Invalidation::user("7")));
}

#[tokio::test]
async fn a_server_that_stands_still_ends_listening_within_three_seconds() {
    let redis = Redis::start();
    let channel = connect(&redis).await;
    let listener = Listener::begin(&channel).await;
    redis.pause();
    let noticed = timeout(NOTICED_WITHIN, listener.ended).await;
    noticed.expect("noticed").expect("no panic");
    let refused = timeout(
        NOTICED_WITHIN,
        channel.listen(|_| panic!("nothing to hear")),
    )
    .await;
    refused.expect("noticed");
    redis.resume();
    Listener::begin(&channel).await;
}

#[tokio::test]
async fn nothing_is_noticed_of_a_server_that_is_there_and_silent() {
    let redis = Redis::start();
    let channel = connect(&redis).await;
    let mut listener = Listener::begin(&channel).await;
    let quiet = timeout(LONGER_THAN_NOTICED, &mut listener.ended).await;
    quiet.expect_err("nothing was lost");
    channel
        .publish(Invalidation::user("7"))
        .await
        .expect("told");
    assert_eq!(listener.next().await, Some(Invalidation::user("7")));
}

#[tokio::test]
async fn a_listener_that_is_dropped_leaves_no_connection() {
    let redis = Redis::start();
    let mut admin = Admin::of(&redis).await;
    let channel = connect(&redis).await;
    let listener = Listener::begin(&channel).await;
    let listening = ["PUBSUB", "NUMSUB", "portcullis:invalidations"];
    let (_, before): (String, u64) = admin.ask(&listening).await;
    assert_eq!(before, 1);
    listener.ended.abort();
    let gone = async {
        while admin.ask::<(String, u64)>(&listening).await.1 > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, gone).await.expect("unsubscribed");
}
