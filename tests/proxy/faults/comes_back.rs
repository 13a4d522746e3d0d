//! An upstream that is not there, and is there again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{is_out_of_order, is_unavailable};
use crate::app::{App, session};
use crate::upstream::{Reply, Upstream};

const UNREACHABLE: &str = "could not be reached";

#[tokio::test]
async fn an_upstream_that_refuses_is_503() {
    let upstream = Upstream::refusing(|_| Reply::json(&session()));
    is_out_of_order(upstream.options(), UNREACHABLE).await;
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn whoever_was_refused_is_let_in_as_soon_as_the_upstream_is_back() {
    let upstream = Upstream::refusing(|_| Reply::json(&session()));
    let app = App::new(upstream.options());
    is_unavailable(&app.visit("/me").await, "before");
    upstream.listen();
    assert_eq!(app.visit("/me").await.status, 200);
    // Its connections are gone, too.
    upstream.stop().await;
    is_unavailable(&app.visit("/me").await, "in between");
    upstream.listen();
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 2);
}

#[tokio::test]
async fn a_failure_is_not_remembered() {
    let is_well = Arc::new(AtomicBool::new(false));
    let upstream = Upstream::start({
        let is_well = Arc::clone(&is_well);
        move |_| match is_well.load(Ordering::SeqCst) {
            true => Reply::json(&session()),
            false => Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".to_vec()),
        }
    });
    let options = upstream.options().cache_ttl(Duration::from_secs(60));
    let app = App::new(options);
    is_unavailable(&app.visit("/me").await, "it dies");
    is_well.store(true, Ordering::SeqCst);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(upstream.count(), 2);
}
