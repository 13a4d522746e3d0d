//! What clients see when they may not pass.

use http::StatusCode;
use portcullis::User;
use portcullis_tests::get;

use crate::app::App;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn anonymous_programs_get_401_with_a_challenge_and_a_problem() {
    for app in App::each().await {
        let answer = app
            .send(get("/me?secret=1").header("accept", "application/json"))
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="app""#);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(
            answer.header("vary").contains("cookie")
                && answer.header("vary").contains("authorization")
        );
        assert!(answer.cookies().is_empty());
        let problem: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Unauthorized", "status": 401, "code": "unauthenticated",
            "detail": "Sign in to go on.", "instance": "/me",
        });
        assert_eq!(problem, expected);
        assert_eq!(app.runs.count(), 0);
    }
}

#[tokio::test]
async fn people_get_a_page_that_loads_nothing() {
    let app = App::jwt();
    let answer = app.send(get("/me").header("accept", BROWSER)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    assert!(
        answer
            .body
            .contains(r#"<a href="/sign-in?callbackUrl=%2Fme">"#),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("{{"), "{}", answer.body);
    let form = app
        .send(portcullis_tests::post("/me").header("accept", BROWSER))
        .await;
    assert!(
        form.body.contains(r#"<a href="/sign-in">"#),
        "a form that was sent cannot be visited: {}",
        form.body
    );
}

#[tokio::test]
async fn the_wrong_role_is_403_without_challenge_and_leaves_the_session_alone() {
    for app in App::each().await {
        let cookie = app
            .sign_in(User::new(7).with_roles(["reader", "administrator"]))
            .await;
        for (accept, media_type) in [
            ("application/json", "application/problem+json"),
            (BROWSER, "text/html; charset=utf-8"),
        ] {
            let answer = app
                .send(
                    get("/admin")
                        .header("accept", accept)
                        .header("cookie", &cookie),
                )
                .await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
            assert_eq!(answer.header("content-type"), media_type);
            assert_eq!(answer.header("www-authenticate"), "");
            assert!(answer.cookies().is_empty());
            assert!(
                !answer.body.contains("role"),
                "the required role is nobody's business: {}",
                answer.body
            );
        }
        let answer = app.send(get("/admin").header("cookie", &cookie)).await;
        assert_eq!(answer.code(), "forbidden");
        assert_eq!(app.runs.count(), 0);
        assert_eq!(
            app.send(get("/me").header("cookie", &cookie)).await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn the_right_role_passes() {
    for app in App::each().await {
        let cookie = app.sign_in(User::new(1).with_roles(["admin"])).await;
        let answer = app.send(get("/admin").header("cookie", &cookie)).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::OK, "admin")
        );
        assert_eq!(answer.header("cache-control"), "private, no-store");
        assert!(answer.header("vary").contains("cookie"));
    }
}

#[tokio::test]
async fn nested_rules_mean_what_they_say() {
    let app = App::jwt();
    for (roles, permissions, status) in [
        (&["a", "b"][..], &[][..], StatusCode::FORBIDDEN),
        (&["a", "b"], &["mfa"], StatusCode::OK),
        (&["c"], &["mfa"], StatusCode::OK),
        (&["c"], &[], StatusCode::FORBIDDEN),
        (&["a"], &["mfa"], StatusCode::FORBIDDEN),
        (&[], &["mfa"], StatusCode::FORBIDDEN),
    ] {
        let user = User::new(1)
            .with_roles(roles.iter().copied())
            .with_permissions(permissions.iter().copied());
        let cookie = app.sign_in(user).await;
        let answer = app.send(get("/mixed").header("cookie", &cookie)).await;
        assert_eq!(answer.status, status, "{roles:?} {permissions:?}");
    }
}

#[tokio::test]
async fn head_is_guarded_like_get() {
    for app in App::each().await {
        let head = |cookie: &str| {
            let request = http::Request::head("/me").header("accept", "application/json");
            app.send(if cookie.is_empty() {
                request
            } else {
                request.header("cookie", cookie)
            })
        };
        let refused = head("").await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="app""#);
        assert_eq!((refused.body.as_str(), app.runs.count()), ("", 0));
        let cookie = app.sign_in(User::new(7)).await;
        let passed = head(&cookie).await;
        assert_eq!(
            (passed.status, passed.body.as_str(), app.runs.count()),
            (StatusCode::OK, "", 1)
        );
    }
}

#[tokio::test]
async fn no_header_skips_or_satisfies_a_guard() {
    let app = App::jwt();
    for (name, value) in [
        ("x-middleware-subrequest", "middleware:middleware"),
        ("x-forwarded-host", "localhost"),
        ("x-forwarded-user", "admin"),
        ("x-original-url", "/plain"),
        ("x-rewrite-url", "/plain"),
        ("x-user", "admin"),
        ("x-role", "admin"),
        ("x-http-method-override", "OPTIONS"),
        ("authorization", "Basic YWRtaW46YWRtaW4="),
        ("host", "evil.example"),
    ] {
        let answer = app.send(get("/admin").header(name, value)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
    }
    let in_query = app.send(get("/admin?access_token=x&session=y")).await;
    assert_eq!(
        (in_query.status, app.runs.count()),
        (StatusCode::UNAUTHORIZED, 0)
    );
}

#[tokio::test]
async fn handlers_that_ask_for_no_session_say_nothing_about_caching() {
    let app = App::jwt();
    let cookie = app.sign_in(User::new(7)).await;
    let plain = app.send(get("/plain").header("cookie", &cookie)).await;
    assert_eq!(
        (plain.header("cache-control"), plain.header("vary")),
        ("", "")
    );
    let home = app.send(get("/").header("cookie", &cookie)).await;
    assert_eq!(home.body, "hello 7");
    assert_eq!(home.header("cache-control"), "private, no-store");
}
