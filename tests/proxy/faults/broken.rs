//! Answers that end before they are whole.

use super::is_out_of_order;
use crate::upstream::{Asked, Reply, Upstream};

const INCOMPLETE: &str = "ended its answer before it was complete";

async fn ends_after(answer: &str, reason: &str) {
    let answer = answer.as_bytes().to_vec();
    let upstream = Upstream::start(move |_: &Asked| Reply::Raw(answer.clone()));
    is_out_of_order(upstream.options(), reason).await;
    // Bytes were sent, so nothing is tried a second time.
    assert_eq!(upstream.connections(), upstream.count());
}

#[tokio::test]
async fn a_body_that_is_shorter_than_its_length_is_503() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n";
    ends_after(
        &format!("{head}{{\"user\":{{\"name\":\"own words\""),
        INCOMPLETE,
    )
    .await;
}

#[tokio::test]
async fn a_truncated_body_is_503_even_if_it_reads_as_nobody() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 400\r\n\r\n";
    ends_after(&format!("{head}{{}}"), INCOMPLETE).await;
}

#[tokio::test]
async fn chunks_without_an_end_are_503() {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    ends_after(&format!("{head}4\r\nnull\r\n"), INCOMPLETE).await;
}

#[tokio::test]
async fn json_that_is_cut_is_503() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n";
    let reason = "no session that could be read";
    ends_after(
        &format!("{head}{{\"user\":{{\"name\":\"own words\""),
        reason,
    )
    .await;
}

#[tokio::test]
async fn an_answer_that_ends_within_its_head_is_503() {
    ends_after("HTTP/1.1 200 OK\r\ncontent-ty", INCOMPLETE).await;
}

#[tokio::test]
async fn no_answer_at_all_is_503() {
    ends_after("", INCOMPLETE).await;
}

#[tokio::test]
async fn what_is_no_http_is_503() {
    ends_after("own words, and no HTTP\r\n\r\n", INCOMPLETE).await;
}
