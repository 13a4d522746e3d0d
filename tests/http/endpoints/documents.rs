use std::time::Duration;

use http::{HeaderValue, StatusCode};
use portcullis::{Profile, User};
use serde_json::json;

use super::site::{self, Site};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn providers_are_told_with_whole_addresses() {
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        let answer = Site::new(profile)
            .visitor()
            .get("/api/auth/providers")
            .await;
        assert!(answer.cookies().is_empty());
        let expected = json!({"credentials": {
            "id": "credentials", "name": "Credentials", "type": "credentials",
            "signinUrl": "http://localhost:3000/api/auth/signin/credentials",
            "callbackUrl": "http://localhost:3000/api/auth/callback/credentials",
        }});
        assert_eq!(site::json(&answer), expected);
    }
}

#[tokio::test]
async fn addresses_are_spelled_as_the_loopback_host_is_visited() {
    let site = Site::new(Profile::AuthJsV5);
    for (host, expected) in [
        ("127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("localhost:3000", "http://localhost:3000"),
        ("evil.example", "http://localhost:3000"),
    ] {
        let mut visitor = site.visitor();
        visitor
            .headers
            .insert("host", host.parse().expect("a value"));
        let answer = visitor.get("/api/auth/providers").await;
        let url = site::text(&site::json(&answer)["credentials"]["signinUrl"]);
        assert_eq!(url, format!("{expected}/api/auth/signin/credentials"));
    }
}

#[tokio::test]
async fn nobody_is_told_as_each_client_expects_it() {
    for (profile, nobody) in [
        (Profile::Native, json!(null)),
        (Profile::AuthJsV5, json!(null)),
        (Profile::NextAuthV4, json!({})),
    ] {
        let mut visitor = Site::new(profile).visitor();
        let answer = visitor.get("/api/auth/session").await;
        assert_eq!(site::json(&answer), nobody);
        let answer = visitor.post_json("/api/auth/session", &json!({})).await;
        assert_eq!(
            (answer.status, site::json(&answer)),
            (StatusCode::BAD_REQUEST, nobody)
        );
    }
}

#[tokio::test]
async fn the_session_is_told_under_both_strategies() {
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        for site in [Site::new(profile), Site::with_store(profile).await] {
            let mut visitor = site.visitor();
            visitor.sign_in("ada", "secret").await;
            let answer = visitor.get("/api/auth/session").await;
            let expected = json!({
                "user": {"name": "Ada", "email": "ada@example.org"},
                "expires": "2027-02-14T08:00:00.000Z",
            });
            assert_eq!(site::json(&answer), expected);
            let token = visitor.csrf().await;
            let update = json!({"csrfToken": token, "data": {"name": "Eve", "roles": ["admin"]}});
            let answer = visitor.post_json("/api/auth/session", &update).await;
            assert_eq!(
                (answer.status, site::json(&answer)),
                (StatusCode::OK, expected)
            );
            assert_eq!(visitor.who().await, "7");
        }
    }
}

#[tokio::test]
async fn only_the_session_of_the_cookie_is_told() {
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        let site = Site::new(profile);
        let eve = site.auth.sign_in(User::new(9).named("Eve")).await;
        let bearer = format!("Bearer {}", eve.expect("a session").expose_token());
        let mut visitor = site.visitor();
        let bearer: HeaderValue = bearer.parse().expect("a value");
        visitor.headers.insert("authorization", bearer.clone());
        let answer = visitor.get("/api/auth/session").await;
        assert!(site::json(&answer)["user"].is_null());
        visitor.sign_in("ada", "secret").await;
        visitor.headers.insert("authorization", bearer);
        let answer = visitor.get("/api/auth/session").await;
        assert_eq!(site::json(&answer)["user"]["name"], "Ada");
    }
}

#[tokio::test]
async fn no_answer_may_be_stored() {
    for profile in [Profile::AuthJsV5, Profile::NextAuthV4] {
        let mut visitor = Site::new(profile).visitor();
        visitor.sign_in("ada", "secret").await;
        for path in [
            "session",
            "csrf",
            "providers",
            "signin",
            "signout",
            "error",
            "nothing",
        ] {
            let answer = visitor.get(&format!("/api/auth/{path}")).await;
            for (name, expected) in [
                ("cache-control", "private, no-cache, no-store"),
                ("pragma", "no-cache"),
                ("expires", "0"),
                ("x-content-type-options", "nosniff"),
            ] {
                assert_eq!(answer.header(name), expected, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn asking_for_the_session_lets_it_go_on() {
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        for site in [Site::new(profile), Site::with_store(profile).await] {
            let mut visitor = site.visitor();
            visitor.sign_in("ada", "secret").await;
            for _ in 0..3 {
                site.clock.advance(20 * DAY);
                let answer = visitor.get("/api/auth/session").await;
                assert_eq!(site::json(&answer)["user"]["name"], "Ada");
                assert_eq!(answer.cookies().len(), 1);
            }
            site.clock.advance(40 * DAY);
            let answer = visitor.get("/api/auth/session").await;
            assert!(site::json(&answer)["user"].is_null());
            assert!(answer.cookies()[0].contains("Max-Age=0"));
        }
    }
}
