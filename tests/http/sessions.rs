//! Sessions from their beginning to their end, under both strategies.

use std::time::Duration;

use http::StatusCode;
use portcullis::User;
use portcullis_tests::{get, post};

use crate::app::App;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_session_carries_the_user() {
    for app in App::each().await {
        let user = User::new(7)
            .named("Ada \"Ü\" <Lovelace>")
            .with_email("ada@example.org")
            .with_roles(["editor"])
            .with("theme", "dark");
        let cookie = app.sign_in(user).await;
        let answer = app.send(get("/me").header("cookie", &cookie)).await;
        let session: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let expected = serde_json::json!({
            "user": {
                "id": "7", "name": "Ada \"Ü\" <Lovelace>", "email": "ada@example.org",
                "roles": ["editor"], "theme": "dark",
            },
            "expires": "2027-02-14T08:00:00.000Z",
        });
        assert_eq!(session, expected);
    }
}

#[tokio::test]
async fn the_cookie_is_closed_to_scripts_and_other_sites() {
    for app in App::each().await {
        let answer = app.sign_in_with(User::new(7), None).await;
        let cookie = answer.cookies()[0];
        let attributes: Vec<_> = cookie.split("; ").skip(1).collect();
        assert_eq!(
            attributes,
            ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"]
        );
        assert!(cookie.starts_with("session="));
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert_eq!(answer.header("vary"), "cookie, authorization");
    }
    let https = App::configured(|builder| builder.origin("https://app.example"));
    let answer = https.sign_in_with(User::new(7), None).await;
    assert!(
        answer.cookies()[0].starts_with("__Host-session=")
            && answer.cookies()[0].contains("; Secure")
    );
    let unprefixed = answer.cookie().replace("__Host-session", "session");
    assert_eq!(
        https
            .send(get("/me").header("cookie", unprefixed))
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn after_sign_out_the_old_cookie_is_dead_in_the_store() {
    let app = App::database().await;
    let cookie = app.sign_in(User::new(7)).await;
    let answer = app.send(post("/sign-out").header("cookie", &cookie)).await;
    assert_eq!(
        (answer.status, answer.clears_cookie()),
        (StatusCode::OK, true)
    );
    let replayed = app.send(get("/me").header("cookie", &cookie)).await;
    assert_eq!(
        (replayed.status, replayed.code()),
        (StatusCode::UNAUTHORIZED, "session_invalid".to_owned())
    );
    assert!(replayed.clears_cookie());
}

#[tokio::test]
async fn sign_out_removes_the_cookie_of_a_token_session() {
    let app = App::jwt();
    let cookie = app.sign_in(User::new(7)).await;
    assert!(
        app.send(post("/sign-out").header("cookie", &cookie))
            .await
            .clears_cookie()
    );
}

#[tokio::test]
async fn signing_in_again_gives_a_new_id_and_ends_the_old_one() {
    let app = App::database().await;
    let first = app.sign_in(User::new(7)).await;
    let second = app.sign_in_with(User::new(7), Some(&first)).await.cookie();
    assert_ne!(first, second);
    assert_eq!(
        app.send(get("/me").header("cookie", &first)).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        app.send(get("/me").header("cookie", &second)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_expired_session_is_refused_and_its_cookie_cleared() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new(7)).await;
        app.clock.advance(30 * DAY - Duration::from_secs(1));
        assert_eq!(
            app.send(get("/plain").header("cookie", &cookie))
                .await
                .status,
            StatusCode::OK
        );
        app.clock.advance(Duration::from_secs(1));
        let answer = app.send(get("/me").header("cookie", &cookie)).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNAUTHORIZED, "session_expired".to_owned())
        );
        assert!(answer.clears_cookie());
        let home = app.send(get("/").header("cookie", &cookie)).await;
        assert_eq!(
            (home.body.as_str(), home.clears_cookie()),
            ("hello stranger", true)
        );
    }
}

#[tokio::test]
async fn a_session_in_use_goes_on() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new(7).with_roles(["admin"])).await;
        app.clock.advance(DAY - Duration::from_secs(1));
        assert!(
            app.send(get("/me").header("cookie", &cookie))
                .await
                .cookies()
                .is_empty(),
            "too early"
        );
        app.clock.advance(Duration::from_secs(1));
        let refused = app.send(get("/mixed").header("cookie", &cookie)).await;
        assert!(
            refused.status == StatusCode::FORBIDDEN && refused.cookies().is_empty(),
            "never on refusals"
        );
        let refreshed = app.send(get("/admin").header("cookie", &cookie)).await;
        let renewed = refreshed.cookie();
        assert!(refreshed.cookies()[0].contains("Max-Age=2592000"));
        app.clock.advance(30 * DAY - Duration::from_secs(1));
        assert_eq!(
            app.send(get("/admin").header("cookie", &renewed))
                .await
                .status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn a_short_session_in_use_goes_on_as_well() {
    let app = App::configured(|builder| builder.max_age(Duration::from_secs(3600)));
    let cookie = app.sign_in(User::new(7)).await;
    app.clock.advance(Duration::from_secs(1800));
    assert_eq!(
        app.send(get("/me").header("cookie", &cookie))
            .await
            .cookies()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_session_cookie_is_never_for_shared_caches() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new(7)).await;
        let cached = || app.send(get("/cached").header("cookie", &cookie));
        assert_eq!(
            cached().await.header("cache-control"),
            "public, max-age=3600"
        );
        app.clock.advance(2 * DAY);
        let refreshed = cached().await;
        assert_eq!(refreshed.cookies().len(), 1);
        let said: Vec<_> = refreshed.headers.get_all("cache-control").iter().collect();
        assert_eq!(said, ["public, max-age=3600", "private, no-store"]);
    }
}

#[tokio::test]
async fn a_member_of_the_applications_own_grants_nothing() {
    for app in App::each().await {
        let mut user = User::new(7);
        user.extra
            .insert("roles".to_owned(), serde_json::json!(["admin"]));
        let error = app.auth.sign_in(user).await.expect_err("a reserved name");
        assert!(error.to_string().contains("`roles`"), "{error}");
    }
}

#[tokio::test]
async fn a_refresh_never_covers_the_cookie_that_the_handler_set() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new(7)).await;
        app.clock.advance(2 * DAY);
        let answer = app.send(post("/sign-out").header("cookie", &cookie)).await;
        assert_eq!((answer.cookies().len(), answer.clears_cookie()), (1, true));
    }
}

#[tokio::test]
async fn a_token_that_was_sent_as_bearer_is_not_turned_into_a_cookie() {
    for app in App::each().await {
        let token = app.token(User::new(7)).await;
        app.clock.advance(2 * DAY);
        let answer = app
            .send(get("/me").header("authorization", format!("bearer {token}")))
            .await;
        assert_eq!((answer.status, answer.cookies().len()), (StatusCode::OK, 0));
    }
}

#[tokio::test]
async fn a_clock_that_jumps_back_ends_no_stored_session() {
    let app = App::database().await;
    let cookie = app.sign_in(User::new(7)).await;
    app.clock.turn_back(DAY);
    assert_eq!(
        app.send(get("/me").header("cookie", &cookie)).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_user_who_cannot_be_kept_is_a_server_error_and_no_half_session() {
    let app = App::jwt();
    for user in [User::new(""), User::new(7).named("x".repeat(30_000))] {
        let answer = app.sign_in_with(user, None).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(
            (answer.code().as_str(), answer.cookies().len()),
            ("session_failed", 0)
        );
    }
}
