//! What is tried a second time.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use portcullis::ProxyOptions;
use portcullis_tests::Log;

use crate::app::{App, pass, session};
use crate::faults::certified;
use crate::upstream::{Reply, Upstream};

const WARNING: &str = "the upstream is tried once more";

/// How often the log says that something is tried once more.
fn warnings(log: &Log) -> usize {
    let text = log.text();
    let mut lines = text.lines().filter(|line| line.contains(WARNING));
    assert!(lines.all(|line| line.contains(" WARN ") && line.contains("portcullis::upstream")));
    text.matches(WARNING).count()
}

#[tokio::test]
async fn a_connection_that_is_refused_is_tried_once_more() {
    let log = Log::default();
    let _logging = log.start();
    let upstream = Arc::new(Upstream::refusing(|_| Reply::json(&session())));
    let app = App::new(upstream.options());
    // It comes up between the first attempt and the second.
    let coming = Arc::clone(&upstream);
    log.when(WARNING, move || coming.listen());
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!((warnings(&log), upstream.count()), (1, 1));
    assert!(log.text().contains("refused"), "{}", log.text());
    assert_eq!(app.visit("/me").await.status, 200);
    assert_eq!(warnings(&log), 1);
}

#[tokio::test]
async fn it_is_tried_once_and_no_more() {
    let log = Log::default();
    let _logging = log.start();
    let upstream = Upstream::refusing(|_| Reply::json(&session()));
    let app = App::new(upstream.options());
    for visits in 1..=3 {
        assert_eq!(app.visit("/me").await.status, 503);
        assert_eq!(warnings(&log), visits);
    }
}

#[tokio::test]
async fn nothing_is_tried_again_after_it_was_sent() {
    let log = Log::default();
    let _logging = log.start();
    let replies: [fn() -> Reply; 5] = [
        || Reply::status(StatusCode::SERVICE_UNAVAILABLE),
        || Reply::status(StatusCode::TOO_MANY_REQUESTS),
        || Reply::Raw(Vec::new()),
        || Reply::Raw(b"HTTP/1.1 200 OK\r\n".to_vec()),
        || Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_vec()),
    ];
    for reply in replies {
        let upstream = Upstream::start(move |_| reply());
        assert_eq!(App::new(upstream.options()).visit("/me").await.status, 503);
        assert_eq!((upstream.count(), upstream.connections()), (1, 1));
    }
    assert_eq!(warnings(&log), 0);
}

#[tokio::test]
async fn a_wrong_certificate_stays_wrong() {
    let log = Log::default();
    let _logging = log.start();
    let (upstream, _) = certified("127.0.0.1");
    assert_eq!(App::new(upstream.options()).visit("/me").await.status, 503);
    assert_eq!((upstream.connections(), warnings(&log)), (1, 0));
}

#[tokio::test]
async fn nothing_is_tried_again_when_the_time_is_over() {
    let log = Log::default();
    let _logging = log.start();
    // It connects, and nobody is there to answer.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = silent.local_addr().expect("bound");
    let options = ProxyOptions::new(format!("https://{address}"));
    let app = App::new(options.timeout(Duration::from_secs(60)));
    let visit = tokio::spawn(async move { app.visit("/me").await });
    while silent_is_alone(&silent) {
        tokio::task::yield_now().await;
    }
    pass(Duration::from_secs(60)).await;
    assert_eq!(visit.await.expect("an answer").status, 503);
    assert_eq!(warnings(&log), 0);
}

/// Whether nobody has connected yet.
fn silent_is_alone(silent: &std::net::TcpListener) -> bool {
    silent.set_nonblocking(true).expect("an option");
    match silent.accept() {
        Ok((stream, _)) => {
            // The other end is to see no end of it.
            std::mem::forget(stream);
            false
        }
        Err(_) => true,
    }
}
