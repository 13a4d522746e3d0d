//! What holds unless it is said otherwise.

use std::time::Duration;

use http_body_util::BodyExt;
use portcullis::ProxyOptions;
use portcullis_tests::get;
use tokio::task::yield_now;
use tokio::time::{Instant, advance, timeout};

use crate::app::{App, Still, session};
use crate::routes::Site;
use crate::upstream::{Reply, Upstream};

/// Whoever would wait for ever does not end within this.
const LONG: Duration = Duration::from_secs(1000);
const MILLISECOND: Duration = Duration::from_millis(1);

/// How long something takes, to the second, that waits for nothing but the clock from now on.
async fn seconds_of<T>(still: Still, waiting: impl Future<Output = T>) -> (u64, T) {
    let began = Instant::now();
    drop(still);
    let ended = timeout(LONG, waiting).await;
    (
        began.elapsed().as_secs(),
        ended.expect("nobody waits for ever"),
    )
}

#[tokio::test]
async fn an_upstream_has_two_seconds_to_say_whose_a_request_is() {
    let still = Still::new();
    let upstream = Upstream::start(|_| Reply::Hang);
    let app = App::new(ProxyOptions::new(upstream.url()));
    let visit = tokio::spawn(async move { app.visit("/me").await });
    upstream.until_asked(1).await;
    let (seconds, answer) = seconds_of(still, visit).await;
    assert_eq!(
        (seconds, answer.expect("an answer").status.as_u16()),
        (2, 503)
    );
}

#[tokio::test]
async fn a_forwarded_request_has_ten_seconds_until_its_answer_begins() {
    let still = Still::new();
    let site = Site::new(|_| Reply::Hang);
    let app = site.app.clone();
    let visit = tokio::spawn(async move { app.visit("/api/auth/signin").await });
    site.upstream.until_asked(1).await;
    let (seconds, answer) = seconds_of(still, visit).await;
    assert_eq!(
        (seconds, answer.expect("an answer").status.as_u16()),
        (10, 503)
    );
}

#[tokio::test]
async fn a_forwarded_answer_has_ten_seconds_for_each_piece() {
    let still = Still::new();
    let site =
        Site::new(|_| Reply::Stuck(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n".to_vec()));
    let response = site.begin(get("/api/auth/signin"), "").await;
    let mut body = response.into_body();
    let (seconds, piece) = seconds_of(still, body.frame()).await;
    assert_eq!((seconds, piece.expect("an end").is_err()), (10, true));
}

/// Node.js ends a connection after five seconds of silence, and what is sent just then gets no answer.
#[tokio::test]
async fn a_connection_that_was_of_no_use_for_more_than_four_seconds_is_left() {
    let _still = Still::new();
    let upstream = Upstream::with_session(session());
    let app = App::new(upstream.options());
    let longest = Duration::from_secs(4);
    for (idle, connections) in [
        (Duration::ZERO, 1),
        (longest, 1),
        (longest, 1),
        (longest + MILLISECOND, 2),
        (longest, 2),
    ] {
        advance(idle).await;
        assert_eq!(app.visit("/me").await.status, 200);
        assert_eq!(upstream.connections(), connections);
        // It is put back by a task of its own.
        for _ in 0..10 {
            yield_now().await;
        }
    }
}
