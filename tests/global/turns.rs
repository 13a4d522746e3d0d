//! Sessions here, sessions of an upstream, and sessions here again.

use axum::extract::Request;
use portcullis::{
    Auth, ProxyOptions, Router, SqliteStore, SystemClock, User, configure_auth_proxy_runtime,
    configure_auth_runtime, get_server_session,
};
use portcullis_tests::alone::{alone, alone_with};
use portcullis_tests::{FakeClock, Log, ORIGIN, get};
use tokio::net::TcpListener;

use crate::app::{OTHER_SECRET, app, cookie, local, visit};

/// Serves the endpoints of that application, and gives its address.
async fn served(auth: &Auth) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let app: Router = Router::new().merge(auth.router()).with_state(auth.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

#[test]
fn sessions_here_then_there_then_here_again() {
    alone(
        "turns::sessions_here_then_there_then_here_again",
        async || {
            let here = local(|builder| builder.cookie_name("here"));
            let there = local(|builder| builder.cookie_name("there").secret(OTHER_SECRET));
            let hers = cookie(&here, "here", User::new("hers")).await;
            let his = cookie(
                &there,
                "there",
                User::new("his").with_email("his@example.com"),
            )
            .await;
            let both = format!("{hers}; {his}");
            let url = served(&there).await;
            let app = app();
            for _ in 0..2 {
                configure_auth_runtime(&here);
                assert_eq!(visit(&app, "/me", &both).await.body, "hers");
                assert_eq!(visit(&app, "/me", &his).await.status, 401);

                let upstream = Auth::proxy(ProxyOptions::new(&url)).cookie_name("there");
                let upstream = upstream.origin(ORIGIN).environment(|_| None);
                let upstream = upstream.clock(FakeClock::default());
                configure_auth_proxy_runtime(upstream).expect("usable");
                assert_eq!(visit(&app, "/me", &both).await.body, "his@example.com");
                assert_eq!(visit(&app, "/live", &both).await.body, "his@example.com");
                assert_eq!(visit(&app, "/me", &hers).await.status, 401);
                let session = get_server_session(&[("cookie", &both)]).await;
                let session = session.expect("known").expect("signed in");
                assert_eq!(session.user["email"], "his@example.com");
            }
            configure_auth_runtime(&here);
            assert_eq!(visit(&app, "/me", &both).await.body, "hers");
            // What is configured may be another by the time that somebody reads of it.
            assert_eq!(format!("{:?}", Auth::global()), "Auth::global()");
        },
    );
}

#[test]
fn options_alone_take_the_rest_from_the_environment() {
    let name = "turns::options_alone_take_the_rest_from_the_environment";
    alone_with(&[("AUTH_URL", "http://localhost:3000")], name, async || {
        // Options alone go by the machine's own clock.
        let there = local(|builder| builder.clock(SystemClock));
        let his = cookie(
            &there,
            "session",
            User::new("7").with_email("his@example.com"),
        )
        .await;
        let url = served(&there).await;
        configure_auth_proxy_runtime(ProxyOptions::new(url)).expect("usable");
        assert_eq!(visit(&app(), "/me", &his).await.body, "his@example.com");
        // A mistake leaves what was there.
        let wrong = configure_auth_proxy_runtime(ProxyOptions::new("http://auth.example"));
        assert!(wrong.is_err());
        assert_eq!(visit(&app(), "/me", &his).await.body, "his@example.com");
    });
}

#[test]
fn what_an_upstream_said_is_forgotten_with_it() {
    alone(
        "turns::what_an_upstream_said_is_forgotten_with_it",
        async || {
            let there = local(|builder| builder);
            let his = cookie(
                &there,
                "session",
                User::new("7").with_email("his@example.com"),
            )
            .await;
            let url = served(&there).await;
            let upstream = |url: &str| {
                let upstream = Auth::proxy(ProxyOptions::new(url)).origin(ORIGIN);
                let upstream = upstream.environment(|_| None).clock(FakeClock::default());
                configure_auth_proxy_runtime(upstream).expect("usable");
            };
            upstream(&url);
            assert_eq!(visit(&app(), "/me", &his).await.status, 200);
            // Another one knows nobody, whatever the first has said.
            let elsewhere = axum::Router::new().fallback(|_: Request| async { "null" });
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("bound");
            tokio::spawn(async move { axum::serve(listener, elsewhere).await });
            upstream(&format!("http://{address}"));
            assert_eq!(visit(&app(), "/me", &his).await.status, 401);
        },
    );
}

#[test]
fn live_handlers_are_refused_where_nobody_keeps_sessions() {
    let name = "turns::live_handlers_are_refused_where_nobody_keeps_sessions";
    alone(name, async || {
        let app = app();
        let signed = local(|builder| builder);
        let hers = cookie(&signed, "session", User::new("7")).await;
        configure_auth_runtime(&signed);
        let refused = {
            let log = Log::default();
            let _logging = log.start();
            let refused = visit(&app, "/live", &hers).await;
            let text = log.text();
            assert!(
                text.contains("a handler is `live`, but there is no store"),
                "{text}"
            );
            refused
        };
        assert_eq!(refused.status, 500, "{refused:?}");
        assert_eq!(refused.code(), "not_configured");
        assert!(refused.cookies().is_empty(), "{refused:?}");
        assert_eq!(
            visit(&app, "/me", &hers).await.body,
            "7",
            "others do not mind"
        );
        let store = SqliteStore::in_memory().await.expect("memory");
        let stored = local(|builder| builder.store(store));
        let hers = cookie(&stored, "session", User::new("7")).await;
        configure_auth_runtime(&stored);
        assert_eq!(visit(&app, "/live", &hers).await.body, "7");
        assert_eq!(portcullis_tests::send(&app, get("/live")).await.status, 401);
    });
}
