//! Answers that are whole, and no session.

use http::StatusCode;

use super::is_out_of_order;
use crate::app::{App, session};
use crate::upstream::{Asked, Reply, Upstream};

async fn with_status(status: StatusCode) {
    // Whatever it sets is the upstream's own trouble.
    let script = move |_: &Asked| {
        let cookie = "session=another; Path=/; HttpOnly";
        Reply::status(status).with("set-cookie", cookie)
    };
    let upstream = Upstream::start(script);
    let reason = format!("the upstream answered {}", status.as_u16());
    is_out_of_order(upstream.options(), &reason).await;
    for asked in upstream.asked() {
        assert_eq!(asked.target, "/api/auth/session");
    }
}

#[tokio::test]
async fn an_internal_error_is_503() {
    with_status(StatusCode::INTERNAL_SERVER_ERROR).await;
}

#[tokio::test]
async fn a_bad_gateway_is_503() {
    with_status(StatusCode::BAD_GATEWAY).await;
}

#[tokio::test]
async fn a_403_is_about_something_else_than_the_session() {
    with_status(StatusCode::FORBIDDEN).await;
}

#[tokio::test]
async fn a_404_is_not_where_the_sessions_are() {
    with_status(StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn a_204_says_nothing() {
    let empty = |_: &Asked| Reply::Raw(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec());
    let upstream = Upstream::start(empty);
    let reason = "the upstream answered 204";
    is_out_of_order(upstream.options(), reason).await;
}

#[tokio::test]
async fn a_redirect_is_not_followed_even_to_a_place_that_would_answer() {
    let elsewhere = Upstream::with_session(session());
    for location in [
        format!("{}/api/auth/session", elsewhere.url()),
        "/api/auth/session?again".to_owned(),
    ] {
        for status in [StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT] {
            let location = location.clone();
            let upstream = Upstream::start(move |asked: &Asked| match asked.target.as_str() {
                "/api/auth/session" => Reply::status(status).with("location", &location),
                _ => Reply::json(&session()),
            });
            let reason = format!("the upstream answered {}", status.as_u16());
            is_out_of_order(upstream.options(), &reason).await;
        }
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn a_page_is_no_session() {
    let page = "<!doctype html><title>own words</title>";
    let upstream = Upstream::start(move |_| Reply::text("text/html; charset=utf-8", page));
    let reason = "no session that could be read";
    is_out_of_order(upstream.options(), reason).await;
}

#[tokio::test]
async fn an_empty_body_is_no_session() {
    let upstream = Upstream::start(|_| Reply::text("application/json", ""));
    let reason = "no session that could be read";
    is_out_of_order(upstream.options(), reason).await;
}

#[tokio::test]
async fn a_mebibyte_is_not_read() {
    let mut body = session().to_string();
    body.insert_str(1, &" ".repeat(1024 * 1024));
    let upstream = Upstream::start(move |_| Reply::text("application/json", body.clone()));
    let reason = "longer than 65536 bytes";
    is_out_of_order(upstream.options(), reason).await;
}

#[tokio::test]
async fn the_longest_body_that_is_read_has_64_kibibytes() {
    for (length, status) in [(64 * 1024, 200), (64 * 1024 + 1, 503)] {
        let mut body = session().to_string();
        body.insert_str(1, &" ".repeat(length - body.len()));
        let upstream = Upstream::start(move |_| Reply::text("application/json", body.clone()));
        let answer = App::new(upstream.options()).visit("/me").await;
        assert_eq!(answer.status, status, "{length}");
    }
}
