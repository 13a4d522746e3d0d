//! What one process tells, others hear, and they know when they may have missed something.

use std::time::{Duration, Instant};

use portcullis::{Invalidation, InvalidationChannel, PostgresChannel, StoreError};
use portcullis_tests::servers::Postgres;
use sqlx::PgPool;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use super::{run, session};

/// Longer than anything here takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who listens until the connection is lost.
struct Listener {
    heard: UnboundedReceiver<Invalidation>,
    task: JoinHandle<StoreError>,
}

impl Listener {
    /// One that misses nothing from now on.
    async fn new(channel: &PostgresChannel) -> Self {
        let (send, heard) = unbounded_channel();
        let channel = channel.clone();
        let task = tokio::spawn(async move {
            let hear = move |told| send.send(told).expect("the test listens");
            channel.listen(hear).await
        });
        let mut listener = Self { heard, task };
        assert_eq!(listener.next().await, Invalidation::Everything);
        listener
    }

    async fn next(&mut self) -> Invalidation {
        let next = tokio::time::timeout(PATIENCE, self.heard.recv()).await;
        next.expect("soon").expect("something")
    }

    async fn lost(self) -> StoreError {
        let lost = tokio::time::timeout(PATIENCE, self.task).await;
        lost.expect("soon").expect("no panic")
    }
}

async fn channel(url: &str) -> PostgresChannel {
    PostgresChannel::new(PgPool::connect(url).await.expect("a connection"))
}

async fn tell(channel: &PostgresChannel, told: Invalidation) {
    channel.publish(told).await.expect("told");
}

#[tokio::test]
async fn every_listener_hears_what_one_process_tells() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let (one, other) = (channel(&url).await, channel(&url).await);
    let (mut first, mut second) = (Listener::new(&one).await, Listener::new(&other).await);
    for told in [
        Invalidation::session(&session(1, "7").key),
        Invalidation::user("7"),
        Invalidation::Everything,
    ] {
        tell(&one, told).await;
        assert_eq!(first.next().await, told);
        assert_eq!(second.next().await, told);
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_not_heard() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let channel = channel(&url).await;
    let mut listener = Listener::new(&channel).await;
    let noise = "NOTIFY portcullis; NOTIFY portcullis, 'user:7'; NOTIFY portcullis, 'DROP TABLE';
                 NOTIFY elsewhere, 'everything'";
    run(&url, noise).await;
    tell(&channel, Invalidation::user("7")).await;
    assert_eq!(listener.next().await, Invalidation::user("7"));
}

#[tokio::test]
async fn channels_of_other_names_and_databases_are_apart() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let channel = channel(&url).await;
    let named = channel.clone().named("Staff \"A\"; --");
    let elsewhere = self::channel(&postgres.database()).await;
    let mut listener = Listener::new(&named).await;
    tell(&channel, Invalidation::Everything).await;
    tell(
        &elsewhere.named("Staff \"A\"; --"),
        Invalidation::Everything,
    )
    .await;
    tell(&named, Invalidation::user("7")).await;
    assert_eq!(listener.next().await, Invalidation::user("7"));
    for wrong in ["", &"x".repeat(64)] {
        let unnamed = channel.clone().named(wrong);
        unnamed
            .publish(Invalidation::Everything)
            .await
            .expect_err("no name");
    }
}

#[tokio::test]
async fn listening_takes_none_of_the_pools_connections() {
    let postgres = Postgres::shared();
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(1);
    let pool = pool
        .connect(&postgres.database())
        .await
        .expect("a connection");
    let channel = PostgresChannel::new(pool);
    let mut listener = Listener::new(&channel).await;
    tell(&channel, Invalidation::user("7")).await;
    assert_eq!(listener.next().await, Invalidation::user("7"));
}

#[tokio::test]
async fn whoever_listens_anew_after_a_crash_hears_everything() {
    let mut postgres = Postgres::start();
    let channel = channel(&postgres.database()).await;
    let listener = Listener::new(&channel).await;
    postgres.kill();
    assert!(!listener.lost().await.is_corrupt());
    // Nobody is there, and that is said at once, too.
    let nobody = tokio::time::timeout(PATIENCE, channel.listen(|_| panic!("nobody spoke"))).await;
    assert!(!nobody.expect("soon").is_corrupt());
    postgres.restart();
    let mut listener = Listener::new(&channel).await;
    tell(&channel, Invalidation::user("7")).await;
    assert_eq!(listener.next().await, Invalidation::user("7"));
}

#[tokio::test]
async fn one_connection_that_the_server_ends_is_noticed() {
    let postgres = Postgres::shared();
    let url = postgres.database();
    let listener = Listener::new(&channel(&url).await).await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    run(&url, end).await;
    assert!(!listener.lost().await.is_corrupt());
}

#[tokio::test]
async fn a_server_that_stands_still_is_noticed_within_seven_seconds() {
    let postgres = Postgres::start();
    let channel = channel(&postgres.database()).await;
    let listener = Listener::new(&channel).await;
    let paused = Instant::now();
    postgres.pause();
    listener.lost().await;
    let noticed = paused.elapsed();
    // A busy machine is given some more.
    assert!(noticed < Duration::from_secs(12), "{noticed:?}");
    postgres.resume();
    let mut listener = Listener::new(&channel).await;
    tell(&channel, Invalidation::user("7")).await;
    assert_eq!(listener.next().await, Invalidation::user("7"));
}

#[tokio::test]
async fn silence_ends_nothing() {
    let postgres = Postgres::shared();
    let channel = channel(&postgres.database()).await;
    let mut listener = Listener::new(&channel).await;
    // Two questions whether the server is still there.
    tokio::time::sleep(Duration::from_secs(11)).await;
    tell(&channel, Invalidation::user("7")).await;
    assert_eq!(listener.next().await, Invalidation::user("7"));
    listener.task.abort();
}
