//! What the upstream gives for the session cookie comes back to the visitor.

use std::time::Duration;

use http::StatusCode;
use portcullis_tests::Answer;
use serde_json::json;

use super::visitor::{is_of_session, json};
use super::world::{Upstream, World};

/// The session cookies that an answer sets, without those it removes.
fn renewed(answer: &Answer) -> Vec<&str> {
    let cookies = answer.cookies().into_iter();
    let cookies = cookies.filter(|cookie| is_of_session(cookie));
    let kept = cookies.filter(|cookie| !cookie.contains("Max-Age=0"));
    kept.collect()
}

#[tokio::test]
async fn a_guarded_page_and_the_session_endpoint_renew_the_session() {
    for upstream in Upstream::WITH_PASSWORD {
        for (who, cookies) in [("robin", 1), ("iris", 2)] {
            let cookies = match upstream.is_stored() {
                true => 1,
                false => cookies,
            };
            let case = format!("{upstream:?} {who}");
            let world = World::start(upstream).await;
            let visitor = world.visitor();
            visitor.sign_in(who, &world.at("/")).await;
            assert_eq!(visitor.session_cookies().len(), cookies, "{case}");
            for path in ["/me", "/api/auth/session"] {
                world.pass(Duration::from_secs(60));
                let before = visitor.cookies();
                let answer = visitor.get(&world.at(path)).await;
                assert_eq!(answer.status, StatusCode::OK, "{case} {path}");
                assert_eq!(renewed(&answer).len(), cookies, "{case} {path}");
                for cookie in renewed(&answer) {
                    assert!(cookie.contains("HttpOnly"), "{case} {cookie}");
                    assert!(!cookie.contains("Domain"), "{case} {cookie}");
                }
                let is_same = before == visitor.cookies();
                assert_eq!(is_same, upstream.is_stored(), "{case} {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_remembered_is_not_renewed() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        visitor.sign_in("robin", &world.at("/")).await;
        world.pass(Duration::from_secs(60));
        let same = visitor.copy();
        for (visitor, cookies) in [(visitor, 1), (same, 0)] {
            let answer = visitor.get(&world.at("/me")).await;
            assert_eq!(answer.status, StatusCode::OK, "{upstream:?}");
            assert_eq!(renewed(&answer).len(), cookies, "{upstream:?}");
        }
    }
}

#[tokio::test]
async fn a_changed_session_is_seen_at_once() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        visitor.sign_in("robin", &world.at("/")).await;
        let before = json(&visitor.get(&world.at("/me")).await);
        assert_eq!(before["user"]["name"], "Robin Okafor", "{upstream:?}");
        let updated = visitor.update(&json!({"name": "Robin Hood"})).await;
        assert_eq!(updated.status, StatusCode::OK, "{upstream:?}");
        assert_eq!(json(&updated)["user"]["name"], "Robin Hood", "{upstream:?}");
        for path in ["/me", "/api/auth/session"] {
            let after = json(&visitor.get(&world.at(path)).await);
            assert_eq!(after["user"]["name"], "Robin Hood", "{upstream:?} {path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_session_is_removed_as_the_upstream_says() {
    for upstream in Upstream::WITH_PASSWORD {
        let world = World::start(upstream).await;
        let visitor = world.visitor();
        visitor.sign_in("robin", &world.at("/")).await;
        let [name] = &visitor.session_cookies()[..] else {
            panic!("one cookie: {upstream:?}");
        };
        let cookie = format!("Cookie: {name}=something-else");
        let refused = world
            .visitor()
            .curl(&world.at("/me"), &["--header", &cookie])
            .await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{upstream:?}");
        assert_eq!(refused.code(), "session_invalid", "{upstream:?}");
        let cookies = refused.cookies();
        let removed = format!("{name}=;");
        assert!(
            cookies.len() == 1
                && cookies[0].starts_with(&removed)
                && cookies[0].contains("Max-Age=0"),
            "{upstream:?} {cookies:?}"
        );
    }
}
