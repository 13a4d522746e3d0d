//! An upstream that does not answer in time.

use std::net::TcpListener;
use std::time::Duration;

use portcullis::ProxyOptions;

use super::is_out_of_order;
use crate::app::session;
use crate::upstream::{Asked, Reply, Upstream};

const SOON: Duration = Duration::from_millis(150);
const DEADLINE: &str = "did not answer in time";

/// Whoever would wait for ever does not end within this.
const LONG: Duration = Duration::from_secs(60);

async fn is_given_up(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) {
    let upstream = Upstream::start(script);
    let options = upstream.options().timeout(SOON);
    let ended = tokio::time::timeout(LONG, is_out_of_order(options, DEADLINE)).await;
    ended.expect("nobody waits for ever");
}

#[tokio::test]
async fn an_upstream_that_hangs_is_given_up() {
    is_given_up(|_| Reply::Hang).await;
}

#[tokio::test]
async fn single_bytes_in_time_do_not_make_the_whole_in_time() {
    let body = session().to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let whole = format!("{head}{body}").into_bytes();
    is_given_up(move |_| Reply::Slowly(whole.clone(), SOON / 5)).await;
}

#[tokio::test]
async fn a_body_that_never_comes_is_given_up() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n".to_vec();
    is_given_up(move |_| Reply::Stuck(head.clone())).await;
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_given_up() {
    // It connects, and nobody is there to answer.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = silent.local_addr().expect("bound");
    let options = ProxyOptions::new(format!("https://{address}")).timeout(SOON);
    let ended = tokio::time::timeout(LONG, is_out_of_order(options, DEADLINE)).await;
    ended.expect("nobody waits for ever");
}
