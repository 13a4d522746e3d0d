//! Measures what a store's size costs: a table of 1,000,000 sessions against one of 1,000.
//!
//! `cargo run --release -p portcullis-tests --bin store_size` prints, for each store and each call, the
//! median and the 99th percentile for both sizes, and their ratios. The two sizes take turns, call by
//! call, so that whatever else the machine does meets both.

mod filled;

use std::time::{Duration, Instant, SystemTime};

use portcullis::{SessionKey, SessionStore, StoreError, StoredSession};

use self::filled::{EXTENSION, Filled, filled_postgres, filled_sqlite};

const SIZES: [u32; 2] = [1_000, 1_000_000];
/// As many calls of each kind, each of another session as far as there are so many.
const CALLS: usize = 2_000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!(
        "| store | call | 1,000 sessions: median | p99 | 1,000,000: median | p99 | ratio of medians | of p99 |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let postgres = portcullis_tests::servers::Postgres::start();
    let small = filled_postgres(&postgres, SIZES[0], CALLS).await;
    let large = filled_postgres(&postgres, SIZES[1], CALLS).await;
    measure("`PostgresStore`", &[small, large]).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = filled_sqlite(folder.path(), SIZES[0], CALLS).await;
    let large = filled_sqlite(folder.path(), SIZES[1], CALLS).await;
    measure("`SqliteStore`", &[small, large]).await;
}

async fn measure<S: SessionStore>(title: &str, sizes: &[Filled<S>; 2]) {
    let load = async |filled: &Filled<S>, n| {
        let (key, _) = filled.session(n);
        let loaded = filled.store.load(key).await?;
        assert!(loaded.is_some(), "a session is missing");
        Ok(())
    };
    let extend = async |filled: &Filled<S>, n| {
        let (key, expires) = filled.session(n);
        let extended = filled
            .store
            .extend(key, expires, expires + EXTENSION)
            .await?;
        assert!(extended, "a session expires at another time");
        Ok(())
    };
    let create = async |filled: &Filled<S>, n| filled.store.create(&new(n)).await;
    row(title, "load", times(sizes, load).await);
    row(title, "extend", times(sizes, extend).await);
    row(title, "create", times(sizes, create).await);
}

/// A session that no table has yet.
fn new(n: usize) -> StoredSession {
    let mut key = [0; 32];
    // Multiplied by an odd number the keys lie all over the index, as hashes do.
    let scattered = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    key[..8].copy_from_slice(&scattered.to_be_bytes());
    let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000 + n as u64);
    let user = filled::USER.to_owned();
    StoredSession::new(SessionKey::from_bytes(key), n.to_string(), user, expires)
}

/// How long each call took, for each size, the shortest first.
async fn times<S>(
    sizes: &[Filled<S>; 2],
    call: impl AsyncFn(&Filled<S>, usize) -> Result<(), StoreError>,
) -> [Vec<Duration>; 2] {
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..CALLS {
        // Whoever comes first pays for what neither was ready for.
        for size in [n % 2, (n + 1) % 2] {
            let start = Instant::now();
            call(&sizes[size], n).await.expect("an answer");
            times[size].push(start.elapsed());
        }
    }
    times.each_mut().map(|times| {
        times.sort();
        std::mem::take(times)
    })
}

fn row(title: &str, call: &str, [small, large]: [Vec<Duration>; 2]) {
    let micros =
        |times: &[Duration], part: usize| times[times.len() * part / 100].as_secs_f64() * 1e6;
    let [small_median, large_median] = [micros(&small, 50), micros(&large, 50)];
    let [small_p99, large_p99] = [micros(&small, 99), micros(&large, 99)];
    println!(
        "| {title} | {call} | {small_median:.0} µs | {small_p99:.0} µs | {large_median:.0} µs | {large_p99:.0} µs | {:.2} | {:.2} |",
        large_median / small_median,
        large_p99 / small_p99
    );
}
