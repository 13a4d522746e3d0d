//! Several newsrooms side by side, with one place for sessions.

use std::time::Duration;

use portcullis_tests::SECRET;
use portcullis_tests::newsroom::Newsroom;
use portcullis_tests::servers::{Postgres, Redis};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, COOKIE};

use crate::visitor::{answer, client, sign_in};

/// How long a session may be answered from memory: longer than any test takes.
const CACHE: &str = "3600";

fn newsroom(store: &str, cache: Option<&str>) -> Newsroom {
    let mut environment = vec![
        ("PORT", "0"),
        ("AUTH_SECRET", SECRET),
        ("NEWSROOM_STORE", store),
    ];
    environment.extend(cache.map(|seconds| ("NEWSROOM_CACHE", seconds)));
    Newsroom::start_with(&environment)
}

async fn status(newsroom: &Newsroom, cookie: &str) -> StatusCode {
    let request = client().get(format!("{}/api/me", newsroom.address));
    let request = request
        .header(ACCEPT, "application/json")
        .header(COOKIE, cookie);
    answer(request).await.status()
}

async fn sign_out(newsroom: &Newsroom, cookie: &str) {
    let request = client().post(format!("{}/sign-out", newsroom.address));
    let response = answer(request.header(COOKIE, cookie)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
}

/// Signs in on one newsroom, is known on the other, and signs out on either: dead on both.
async fn share(store: &str, cache: Option<&str>) {
    let newsrooms = [newsroom(store, cache), newsroom(store, cache)];
    let [one, other] = &newsrooms;
    for (here, there) in [(one, other), (other, one)] {
        let (cookie, _) = sign_in(here, "editor", "/").await;
        for newsroom in [here, there, here, there] {
            assert_eq!(status(newsroom, &cookie).await, StatusCode::OK);
        }
        sign_out(here, &cookie).await;
        assert_eq!(status(here, &cookie).await, StatusCode::UNAUTHORIZED);
        if cache.is_none() {
            assert_eq!(status(there, &cookie).await, StatusCode::UNAUTHORIZED);
        }
        // The word that it ended is on its way.
        let told = async {
            while status(there, &cookie).await != StatusCode::UNAUTHORIZED {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(20), told).await;
        assert!(
            heard.is_ok(),
            "long before the cache would have forgotten it"
        );
    }
}

#[tokio::test]
async fn newsrooms_share_sessions_in_postgres() {
    let postgres = Postgres::start();
    share(&postgres.database(), None).await;
    share(&postgres.database(), Some(CACHE)).await;
}

#[tokio::test]
async fn newsrooms_share_sessions_in_redis() {
    let redis = Redis::start();
    share(&redis.url(), None).await;
    share(&redis.url(), Some(CACHE)).await;
}

#[tokio::test]
async fn newsrooms_share_sessions_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sessions.db");
    share(&format!("sqlite:{}", file.display()), None).await;
}

#[tokio::test]
async fn a_newsroom_that_keeps_sessions_in_memory_has_its_own() {
    let [one, other] = [newsroom("memory", None), newsroom("memory", None)];
    let (cookie, _) = sign_in(&one, "editor", "/").await;
    assert_eq!(status(&one, &cookie).await, StatusCode::OK);
    assert_eq!(status(&other, &cookie).await, StatusCode::UNAUTHORIZED);
}
