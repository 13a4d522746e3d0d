//! A store that fails while visitors keep coming.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::StatusCode;
use portcullis::SessionStore;
use tokio::task::block_in_place;

use super::{Server, Site, is_an_outage, on_postgres, on_redis};

const VISITORS: usize = 40;
const WORKERS: usize = 8;
/// Far longer than any of this takes.
const PATIENCE: Duration = Duration::from_secs(120);
/// More than any test needs.
const MOST_REQUESTS: usize = 1_000_000;

/// Visits that go on until they are stopped.
struct Load {
    fine: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    workers: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn begin(site: &Site, cookies: &[String]) -> Self {
        let (fine, refused, stop) =
            <(Arc<AtomicUsize>, Arc<AtomicUsize>, Arc<AtomicBool>)>::default();
        let workers = (0..WORKERS).map(|worker| {
            let (site, cookies) = (site.clone(), cookies.to_vec());
            let (fine, refused, stop) = (fine.clone(), refused.clone(), stop.clone());
            tokio::spawn(async move {
                for (request, cookie) in (worker..MOST_REQUESTS).zip(cookies.iter().cycle()) {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let answer = site.visit("/me", cookie, "application/json").await;
                    if answer.status == StatusCode::OK {
                        fine.fetch_add(1, Ordering::SeqCst);
                        continue;
                    }
                    is_an_outage(&answer);
                    assert_eq!(answer.code(), "store_unavailable", "request {request}");
                    refused.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
        });
        Self {
            workers: workers.collect(),
            fine,
            refused,
            stop,
        }
    }

    /// Waits for that many more answers of a kind.
    async fn sees(&self, more: usize, of: &AtomicUsize) {
        let (before, begun) = (of.load(Ordering::SeqCst), Instant::now());
        while of.load(Ordering::SeqCst) < before + more {
            let is_broken = self
                .workers
                .iter()
                .any(tokio::task::JoinHandle::is_finished);
            assert!(!is_broken, "a visitor saw what nobody may see");
            assert!(begun.elapsed() < PATIENCE, "nothing happens any more");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn end(self) {
        self.stop.store(true, Ordering::SeqCst);
        for worker in self.workers {
            worker.await.expect("every answer was 200 or 503");
        }
    }
}

/// Stands still, goes on, dies and comes back, while visitors ask.
async fn fails_under_load(mut server: impl Server, store: impl SessionStore) {
    let site = Site::new(store);
    let mut cookies = Vec::new();
    for user in 0..VISITORS {
        cookies.push(site.sign_in(user).await);
    }
    let load = Load::begin(&site, &cookies);
    load.sees(100, &load.fine).await;
    block_in_place(|| server.pause());
    load.sees(2 * WORKERS, &load.refused).await;
    block_in_place(|| server.resume());
    load.sees(100, &load.fine).await;
    block_in_place(|| server.kill());
    load.sees(2 * WORKERS, &load.refused).await;
    block_in_place(|| server.restart());
    load.sees(100, &load.fine).await;
    load.end().await;
    for cookie in &cookies {
        assert_eq!(
            site.status(cookie).await,
            StatusCode::OK,
            "no session is lost"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn row_27_postgres_stands_still_and_dies_under_load() {
    let (postgres, store) = on_postgres().await;
    fails_under_load(postgres, store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn row_27_redis_stands_still_and_dies_under_load() {
    let (redis, store) = on_redis().await;
    fails_under_load(redis, store).await;
}
