//! Which cookies of a visitor are the session.

use portcullis::Profile;
use portcullis_tests::{Log, get};

use crate::app::{App, session};
use crate::upstream::Upstream;

#[tokio::test]
async fn cookies_are_called_as_the_profile_calls_them() {
    for (profile, origin, name) in [
        (Profile::Native, "http://localhost:3000", "session"),
        (Profile::Native, "https://app.example", "__Host-session"),
        (
            Profile::AuthJsV5,
            "http://localhost:3000",
            "authjs.session-token",
        ),
        (
            Profile::AuthJsV5,
            "https://app.example",
            "__Secure-authjs.session-token",
        ),
        (
            Profile::NextAuthV4,
            "http://localhost:3000",
            "next-auth.session-token",
        ),
        (
            Profile::NextAuthV4,
            "https://app.example",
            "__Secure-next-auth.session-token",
        ),
    ] {
        let upstream = Upstream::with_session(session());
        let app = App::configured(upstream.options(), |builder| {
            builder.profile(profile).origin(origin)
        });
        // Escapes and order are the browser's own.
        let own = format!("{name}.0=a%2Bb; {name}.1=%63d");
        let all = format!("x=1; {name}.1=%63d; {name}x=no; {name}.0=a%2Bb; other{name}=no");
        let answer = app.send(get("/me").header("cookie", all)).await;
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(upstream.only().header("cookie"), own, "{name}");
        let answer = app
            .send(get("/me").header("cookie", format!("{name}={name}")))
            .await;
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(
            upstream.asked()[1].header("cookie"),
            format!("{name}={name}")
        );
    }
    let upstream = Upstream::with_session(session());
    let app = App::configured(upstream.options(), |builder| {
        builder.profile(Profile::AuthJsV5).cookie_name("shop")
    });
    app.send(get("/me").header("cookie", "authjs.session-token=no; shop=yes"))
        .await;
    assert_eq!(upstream.only().header("cookie"), "shop=yes");
}

#[tokio::test]
async fn cookies_that_cannot_be_a_credential_are_not_asked_about() {
    let upstream = Upstream::with_session(session());
    let app = App::new(upstream.options());
    for cookie in [
        "",
        "theme=dark",
        "session=",
        "session=a; session=b",
        "session.0=a; session.2=c",
        "session=a; session.0=b",
        "session=\"a b\"",
    ] {
        let answer = app.send(get("/me").header("cookie", cookie)).await;
        assert_eq!(answer.status, 401, "{cookie}");
    }
    for authorization in ["Bearer", "Bearer a b"] {
        let answer = app
            .send(get("/me").header("authorization", authorization))
            .await;
        assert!(answer.status.is_client_error(), "{authorization}");
    }
    assert_eq!(upstream.connections(), 0);
}

#[tokio::test]
async fn a_profile_that_seems_forgotten_is_mentioned_once() {
    let upstream = Upstream::with_session(session());
    for (profile, cookie, expected) in [
        (Profile::Native, "authjs.session-token=a", 1),
        (
            Profile::Native,
            "x=1; __Secure-next-auth.session-token.0=a",
            1,
        ),
        (Profile::Native, "theme=dark", 0),
        (Profile::AuthJsV5, "next-auth.session-token=a", 0),
    ] {
        let app = App::configured(upstream.options(), |builder| builder.profile(profile));
        let log = Log::default();
        let logging = log.start();
        for _ in 0..2 {
            let answer = app.send(get("/me").header("cookie", cookie)).await;
            assert_eq!(answer.status, 401, "{cookie}");
        }
        drop(logging);
        let mentioned = log.text().matches("Profile::AuthJsV5").count();
        assert_eq!(mentioned, expected, "{cookie}: {}", log.text());
    }
    assert_eq!(upstream.connections(), 0);
}
