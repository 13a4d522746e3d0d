use http::StatusCode;
use portcullis::{Profile, Slowing};
use serde_json::json;

use super::site::{Site, credentials, location, url};

const PROFILES: [Profile; 3] = [Profile::Native, Profile::AuthJsV5, Profile::NextAuthV4];

#[tokio::test]
async fn good_credentials_begin_a_session_under_both_strategies() {
    for profile in PROFILES {
        for site in [Site::new(profile), Site::with_store(profile).await] {
            let mut visitor = site.visitor();
            let answer = visitor.sign_in("ada", "secret").await;
            assert_eq!(
                (answer.status, &*url(&answer)),
                (StatusCode::OK, "/members")
            );
            assert_eq!(visitor.who().await, "7");
        }
    }
}

#[tokio::test]
async fn browsers_without_scripts_sign_in_with_a_form() {
    for profile in PROFILES {
        let mut visitor = Site::new(profile).visitor();
        let token = visitor.csrf().await;
        let fields = [
            ("csrfToken", &*token),
            ("username", "ada"),
            ("password", "secret"),
            ("callbackUrl", "/members?page=2"),
        ];
        let answer = visitor
            .post("/api/auth/callback/credentials", &fields)
            .await;
        assert_eq!(location(&answer), "/members?page=2");
        assert_eq!(
            answer.header("cache-control"),
            "private, no-cache, no-store"
        );
        assert_eq!(visitor.who().await, "7");
    }
}

#[tokio::test]
async fn json_is_as_good_as_a_form() {
    let mut visitor = Site::new(Profile::AuthJsV5).visitor();
    let token = visitor.csrf().await;
    let body = json!({"csrfToken": token, "username": "ada", "password": "secret", "x": [1]});
    let answer = visitor
        .post_json("/api/auth/callback/credentials", &body)
        .await;
    assert_eq!(location(&answer), "");
    assert_eq!(visitor.who().await, "7");
}

#[tokio::test]
async fn bad_credentials_are_answered_in_the_words_of_each_version() {
    for (profile, name, status, expected) in [
        (
            Profile::AuthJsV5,
            "ada",
            StatusCode::OK,
            "/api/auth/signin?error=CredentialsSignin&code=credentials",
        ),
        (
            Profile::AuthJsV5,
            "locked",
            StatusCode::OK,
            "/api/auth/signin?error=CredentialsSignin&code=locked",
        ),
        (
            Profile::NextAuthV4,
            "ada",
            StatusCode::UNAUTHORIZED,
            "/api/auth/error?error=CredentialsSignin&provider=credentials",
        ),
        (
            Profile::NextAuthV4,
            "locked",
            StatusCode::UNAUTHORIZED,
            "/api/auth/error?error=locked",
        ),
    ] {
        let mut visitor = Site::new(profile).visitor();
        let answer = visitor.sign_in(name, "wrong").await;
        assert_eq!((answer.status, &*url(&answer)), (status, expected));
        let token = visitor.csrf().await;
        let fields = [
            ("csrfToken", &*token),
            ("username", name),
            ("password", "wrong"),
        ];
        let answer = visitor
            .post("/api/auth/callback/credentials", &fields)
            .await;
        assert_eq!(location(&answer), expected);
        assert_eq!(visitor.who().await, "");
    }
}

#[tokio::test]
async fn a_broken_check_is_nobodys_mistake() {
    for profile in PROFILES {
        let mut visitor = Site::new(profile).visitor();
        let answer = visitor.sign_in("broken", "secret").await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(url(&answer), "/api/auth/error?error=Configuration");
        assert!(!answer.body.contains("database of passwords"));
    }
}

#[tokio::test]
async fn a_new_sign_in_takes_the_place_of_the_session_before() {
    let site = Site::with_store(Profile::AuthJsV5).await;
    let mut visitor = site.visitor();
    visitor.sign_in("ada", "secret").await;
    let mut copy = visitor.clone();
    visitor.sign_in("ada", "secret").await;
    assert_eq!((&*visitor.who().await, &*copy.who().await), ("7", ""));
}

#[tokio::test]
async fn too_many_attempts_are_429_for_clients_and_for_people() {
    for (profile, expected) in [
        (
            Profile::AuthJsV5,
            "/api/auth/signin?error=CredentialsSignin&code=too_many_attempts",
        ),
        (Profile::NextAuthV4, "/api/auth/error?error=TooManyAttempts"),
    ] {
        let slowed = credentials().slowing(Slowing::new().free_attempts(1));
        let site = Site::configured(profile, |builder| builder.credentials(slowed));
        let mut visitor = site.visitor();
        visitor.sign_in("ada", "wrong").await;
        let answer = visitor.sign_in("ada", "secret").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(url(&answer), expected);
        let seconds: u64 = answer.header("retry-after").parse().expect("seconds");
        assert!(seconds > 0);
        let token = visitor.csrf().await;
        let fields = [
            ("csrfToken", &*token),
            ("username", "ada"),
            ("password", "secret"),
        ];
        let answer = visitor
            .post("/api/auth/callback/credentials", &fields)
            .await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(!answer.header("retry-after").is_empty());
        assert!(answer.body.contains("Please wait"), "{}", answer.body);
        assert_eq!(visitor.who().await, "");
    }
}

#[tokio::test]
async fn version_4_shows_failures_on_the_sign_in_page() {
    let mut visitor = Site::new(Profile::NextAuthV4).visitor();
    for error in ["CredentialsSignin", "TooManyAttempts", "SessionRequired"] {
        let answer = visitor.get(&format!("/api/auth/error?error={error}")).await;
        assert_eq!(location(&answer), format!("/api/auth/signin?error={error}"));
    }
    let of_path = visitor.get("/api/auth/error/Signin").await;
    assert_eq!(location(&of_path), "/api/auth/signin?error=Signin");
    let other = visitor.get("/api/auth/error?error=locked").await;
    assert_eq!(other.status, StatusCode::OK);
}
