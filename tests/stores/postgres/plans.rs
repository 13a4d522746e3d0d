//! What PostgreSQL says of how it ran the store's own statements.

use portcullis::{PostgresStore, SessionKey, SessionStore, StoreError};
use portcullis_tests::Log;
use portcullis_tests::servers::Postgres;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{run, seconds, session};

/// PostgreSQL plans anew for the first calls of a prepared statement, and then perhaps once for all.
const CALLS: u8 = 8;
const EXPIRES: u64 = 4_000_000_000;
/// Two for each user, and each ends a second after the one before.
const ROWS: &str = "
    INSERT INTO portcullis_sessions
    SELECT sha256(n::text::bytea), 1, (n / 2)::text, '{}', NULL, NULL, true, 4000000000 + n
    FROM generate_series(1, 10000) n;
    ANALYZE portcullis_sessions";

/// A store that is told the plan of every statement, and logs it.
async fn explained(url: &str) -> PostgresStore {
    let options: PgConnectOptions = url.parse().expect("an address");
    let options = options.options([
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_level", "notice"),
    ]);
    let pool = PgPoolOptions::new().max_connections(1);
    PostgresStore::with_pool(pool.connect_with(options).await.expect("a connection"))
}

/// The plans of the calls, none of which reads the whole table.
async fn plans(call: impl AsyncFn(u8) -> Result<(), StoreError>) -> String {
    let log = Log::default();
    let logging = log.start();
    for n in 1..=CALLS {
        call(n).await.expect("an answer");
    }
    drop(logging);
    let plans = log.text();
    let plans: Vec<_> = plans.split("Query Text:").skip(1).collect();
    assert_eq!(plans.len(), usize::from(CALLS), "{plans:?}");
    let plans = plans.concat();
    assert!(!plans.contains("Seq Scan"), "{plans}");
    plans
}

#[track_caller]
fn uses(plans: &str, index: &str) {
    let scans = [
        format!("Index Scan using {index} "),
        format!("Bitmap Index Scan on {index} "),
    ];
    let used: usize = scans.iter().map(|scan| plans.matches(scan).count()).sum();
    assert_eq!(used, usize::from(CALLS), "{index}: {plans}");
}

#[tokio::test]
async fn every_statement_uses_an_index() {
    let postgres = Postgres::shared();
    let (_, url) = super::store(&postgres).await;
    run(&url, ROWS).await;
    let store = explained(&url).await;
    let key = |n: u8| SessionKey::from_bytes([n; 32]);
    let nth = |n: u8| seconds(EXPIRES + 50 * u64::from(n));

    let load = plans(async |n| store.load(&key(n)).await.map(drop)).await;
    uses(&load, "portcullis_sessions_pkey");
    let extend = plans(async |n| store.extend(&key(n), nth(1), nth(2)).await.map(drop)).await;
    uses(&extend, "portcullis_sessions_pkey");
    let update = plans(async |n| store.update(&key(n), "{}").await.map(drop)).await;
    uses(&update, "portcullis_sessions_pkey");
    let delete = plans(async |n| store.delete(&key(n)).await.map(drop)).await;
    uses(&delete, "portcullis_sessions_pkey");
    let list = plans(async |n| store.list_user(&n.to_string()).await.map(drop)).await;
    uses(&list, "portcullis_sessions_user");
    let delete = plans(async |n| store.delete_user(&n.to_string()).await.map(drop)).await;
    uses(&delete, "portcullis_sessions_user");
    let prune = plans(async |n| store.prune(nth(n), 500).await.map(drop)).await;
    uses(&prune, "portcullis_sessions_expires");
    uses(&prune, "portcullis_sessions_pkey");
    let create = plans(async |n| store.create(&session(n, "7")).await).await;
    assert!(create.contains("Insert on portcullis_sessions"), "{create}");
}
