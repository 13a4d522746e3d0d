//! What it costs to find a session: in the memory of a cache, and in the stores that it spares.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use portcullis::{
    CachedStore, MemoryStore, SessionKey, SessionStore, SqliteStore, StoreError, StoredSession,
};
use tokio::runtime::Runtime;

const HOUR: Duration = Duration::from_secs(60 * 60);
/// How many sessions there are; each of them is looked up in turn.
const SESSIONS: u16 = 10_000;

fn key(number: u16) -> SessionKey {
    let mut bytes = [7; 32];
    let (first, _) = bytes.split_at_mut(2);
    first.copy_from_slice(&number.to_be_bytes());
    SessionKey::from_bytes(bytes)
}

async fn fill(store: &impl SessionStore) -> Result<(), StoreError> {
    for number in 0..SESSIONS {
        let user = r#"{"id":"7","name":"Ada","email":"ada@example.com","roles":["admin"]}"#;
        let expires = SystemTime::now() + HOUR;
        let session = StoredSession::new(key(number), "7".to_owned(), user.to_owned(), expires);
        store.create(&session).await?;
    }
    Ok(())
}

fn measure(
    group: &mut BenchmarkGroup<'_, WallTime>,
    runtime: &Runtime,
    name: &str,
    store: &impl SessionStore,
) {
    assert!(runtime.block_on(fill(store)).is_ok(), "{name}");
    let mut number = 0;
    let mut load = || {
        number = (number + 1) % SESSIONS;
        let loaded = runtime.block_on(store.load(&key(number)));
        assert!(matches!(black_box(loaded), Ok(Some(_))), "{name}");
    };
    for _ in 0..SESSIONS {
        load();
    }
    group.bench_function(name, |bencher| bencher.iter(&mut load));
}

fn loads(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        unreachable!("a runtime of this thread needs nothing")
    };
    let Ok(sqlite) = runtime.block_on(SqliteStore::in_memory()) else {
        unreachable!("it is in memory")
    };
    let mut group = criterion.benchmark_group("load");
    measure(&mut group, &runtime, "memory", &MemoryStore::new());
    let cached = CachedStore::new(MemoryStore::new(), HOUR);
    measure(&mut group, &runtime, "memory, cached", &cached);
    measure(&mut group, &runtime, "SQLite in memory", &sqlite);
    group.finish();
}

criterion_group!(benches, loads);
criterion_main!(benches);
