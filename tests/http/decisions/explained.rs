//! Decisions as trees, at debug level.

use std::time::Duration;

use portcullis::User;
use portcullis_tests::{Log, SECRET, send};

use super::{request, watched};

#[tokio::test]
async fn a_decision_is_explained_as_a_tree() {
    let app = watched(|builder| builder);
    let cookie = app.cookie(User::new(7).with("banned", false)).await;
    let scoped = app
        .cookie(
            User::new(7)
                .with_scopes(["mfa"])
                .with("banned", "kept-secret"),
        )
        .await;
    let nested = "all of: no
  any of: no
    role admin: no
    all of: no
      scope mfa: no
      policy owns: not asked
  not: yes
    claim banned: no";
    assert_eq!(app.tree("/posts/2/nested", &cookie).await, nested);
    let banned = "all of: no
  any of: not asked
    role admin: no
    all of: not asked
      scope mfa: yes
      policy owns: not asked
  not: no
    claim banned: yes";
    assert_eq!(app.tree("/posts/2/nested", &scoped).await, banned);
    let anybody = "any signed-in user";
    for (path, cookie, expected) in [
        (
            "/posts/4",
            cookie.as_str(),
            "policy owns: unknown".to_owned(),
        ),
        ("/me", "", format!("{anybody}: not asked\nsigned in: no")),
        (
            "/strong",
            "",
            format!("{anybody}: not asked\nsigned in via cookie: no"),
        ),
        ("/strong", &cookie, format!("{anybody}: yes\nacr phr: no")),
    ] {
        assert_eq!(app.tree(path, cookie).await, expected, "{path}");
    }
    app.clock.advance(Duration::from_secs(60 * 60));
    let stale = format!("{anybody}: yes\nfresh 15m: no");
    assert_eq!(app.tree("/fresh", &cookie).await, stale);
}

#[tokio::test]
async fn nothing_secret_is_told() {
    let app = watched(|builder| builder);
    let user = User::new(7)
        .with_email("ada@example.org")
        .with("banned", "kept-secret");
    let cookie = app.cookie(user).await;
    let token = cookie.replace("session=", "");
    let log = Log::default();
    let logging = log.start();
    for path in [
        "/hidden",
        "/audited",
        "/posts/1/nested",
        "/fresh",
        "/odd",
        "/posts/4",
    ] {
        send(
            &app.router,
            request(&format!("{path}?in-the-query"), "cookie", &cookie),
        )
        .await;
        send(&app.router, request(path, "cookie", &format!("{cookie}x"))).await;
        send(
            &app.router,
            request(path, "authorization", &format!("Bearer {token}x")),
        )
        .await;
    }
    drop(logging);
    let heard = format!("{} {:?}", log.text(), app.trail.take());
    assert!(heard.contains("explained"), "{heard}");
    for secret in [
        &token,
        SECRET,
        "ada@example.org",
        "kept-secret",
        "in-the-query",
    ] {
        assert!(!heard.contains(secret), "{heard}");
    }
}
