use std::collections::BTreeSet;

use http::StatusCode;
use portcullis::Profile;
use serde_json::json;
use url::form_urlencoded;

use super::site::{self, Site, location};

#[tokio::test]
async fn the_cookies_are_named_and_written_as_in_auth_js() {
    for (profile, origin, csrf, callback_url, attributes) in [
        (
            Profile::AuthJsV5,
            "http://localhost:3000",
            "authjs.csrf-token",
            "authjs.callback-url",
            "Path=/; HttpOnly; SameSite=Lax",
        ),
        (
            Profile::AuthJsV5,
            "https://app.example",
            "__Host-authjs.csrf-token",
            "__Secure-authjs.callback-url",
            "Path=/; HttpOnly; Secure; SameSite=Lax",
        ),
        (
            Profile::NextAuthV4,
            "https://app.example",
            "__Host-next-auth.csrf-token",
            "__Secure-next-auth.callback-url",
            "Path=/; HttpOnly; Secure; SameSite=Lax",
        ),
        (
            Profile::Native,
            "https://app.example",
            "__Host-session-csrf",
            "__Host-session-callback",
            "HttpOnly; SameSite=Lax; Secure; Path=/",
        ),
    ] {
        let site = Site::configured(profile, |builder| builder.origin(origin));
        let answer = site.visitor().get("/api/auth/csrf").await;
        let token = site::text(&site::json(&answer)["csrfToken"]);
        assert_eq!(token.len(), 64);
        let [first, second] = answer.cookies()[..] else {
            panic!("{:?}", answer.cookies());
        };
        let expected = format!("{csrf}={token}%7C");
        assert!(first.starts_with(&expected), "{first}");
        assert!(first.ends_with(&format!("; {attributes}")), "{first}");
        let encoded: String = form_urlencoded::byte_serialize(origin.as_bytes()).collect();
        assert_eq!(second, format!("{callback_url}={encoded}; {attributes}"));
    }
}

#[tokio::test]
async fn a_good_cookie_keeps_its_token_and_a_bad_one_gets_another() {
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        let site = Site::new(profile);
        let mut visitor = site.visitor();
        let token = visitor.csrf().await;
        let again = visitor.get("/api/auth/csrf").await;
        assert_eq!(site::json(&again)["csrfToken"], *token);
        assert!(again.cookies().is_empty());
        let name = visitor.cookies.keys().find(|name| name.contains("csrf"));
        let name = name.expect("the cookie").clone();
        for bad in [
            "",
            "x",
            "%7C",
            "x%7C",
            "a%7Cb",
            &format!("{token}%7C{token}"),
        ] {
            visitor.cookies.insert(name.clone(), bad.to_owned());
            assert_ne!(visitor.csrf().await, token, "{bad}");
        }
    }
}

#[tokio::test]
async fn tokens_are_of_one_configuration() {
    let mut tokens = BTreeSet::new();
    for profile in [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4] {
        let mut visitor = Site::new(profile).visitor();
        tokens.insert(visitor.csrf().await);
        let other = "another secret of at least thirty-two bytes";
        let other = Site::configured(profile, |builder| builder.secret(other));
        let mut moved = other.visitor();
        moved.cookies = visitor.cookies.clone();
        assert_ne!(moved.csrf().await, visitor.csrf().await);
    }
    assert_eq!(tokens.len(), 3);
}

#[tokio::test]
async fn without_the_token_nothing_is_done() {
    for (profile, sign_in, callback, sign_out) in [
        (
            Profile::AuthJsV5,
            "/api/auth/signin?error=MissingCSRF",
            "/api/auth/signin?error=MissingCSRF",
            "/api/auth/signin?error=MissingCSRF",
        ),
        (
            Profile::NextAuthV4,
            "/api/auth/signin?csrf=true",
            "/api/auth/signin?csrf=true",
            "/api/auth/signout?csrf=true",
        ),
    ] {
        let site = Site::new(profile);
        let mut visitor = site.visitor();
        visitor.sign_in("ada", "secret").await;
        for token in ["", "wrong", &"0".repeat(64)] {
            let fields = [
                ("csrfToken", token),
                ("username", "ada"),
                ("password", "secret"),
            ];
            for (path, expected) in [
                ("/api/auth/signin/credentials", sign_in),
                ("/api/auth/callback/credentials", callback),
                ("/api/auth/signout", sign_out),
            ] {
                let answer = visitor.post(path, &fields).await;
                assert_eq!(location(&answer), expected, "{path}");
            }
            let update = json!({"csrfToken": token, "data": {}});
            let answer = visitor.post_json("/api/auth/session", &update).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        }
        assert_eq!(visitor.who().await, "7");
    }
}

#[tokio::test]
async fn a_token_without_its_cookie_is_worth_nothing() {
    let site = Site::new(Profile::AuthJsV5);
    let token = site.visitor().csrf().await;
    let fields = [
        ("csrfToken", &*token),
        ("username", "ada"),
        ("password", "secret"),
    ];
    let mut other = site.visitor();
    let answer = other.post("/api/auth/callback/credentials", &fields).await;
    assert_eq!(location(&answer), "/api/auth/signin?error=MissingCSRF");
    assert_eq!(other.who().await, "");
}

#[tokio::test]
async fn pages_of_other_sites_send_no_forms_here() {
    let site = Site::new(Profile::AuthJsV5);
    let mut visitor = site.visitor();
    let token = visitor.csrf().await;
    let fields = [
        ("csrfToken", &*token),
        ("username", "ada"),
        ("password", "secret"),
    ];
    visitor
        .headers
        .insert("origin", "https://evil.example".parse().expect("a value"));
    let answer = visitor
        .post("/api/auth/callback/credentials", &fields)
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::FORBIDDEN, "cross_site".to_owned())
    );
}
