//! The endpoints of whatever is configured at the moment.

use axum::extract::Request;
use portcullis::{
    Auth, ProxyOptions, Router, configure_auth_proxy_runtime, configure_auth_runtime,
};
use portcullis_tests::alone::alone;
use portcullis_tests::{FakeClock, ORIGIN, get, post, send};
use tokio::net::TcpListener;

use crate::app::local;

/// A server that says what it was asked for, and gives its address.
async fn echoing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let told = |request: Request| async move { format!("{} there", request.uri()) };
    let echo = axum::Router::new().fallback(told);
    tokio::spawn(async move { axum::serve(listener, echo).await });
    format!("http://{address}")
}

#[test]
fn nobody_then_the_upstream_then_we_answer() {
    alone(
        "routes::nobody_then_the_upstream_then_we_answer",
        async || {
            let app: Router = Router::new()
                .merge(Auth::global().router())
                .with_state(Auth::global());
            for request in [
                get("/api/auth/session"),
                get("/api/auth/nothing"),
                post("/api/auth/signout"),
                post("/api/auth/signout").header("origin", "https://evil.example"),
            ] {
                let answer = send(&app, request).await;
                assert_eq!(answer.status, 500, "{answer:?}");
                assert_eq!(answer.code(), "not_configured");
            }
            let url = echoing().await;
            for _ in 0..2 {
                let upstream = Auth::proxy(ProxyOptions::new(&url).target_base_path("/auth"));
                let upstream = upstream.origin(ORIGIN).environment(|_| None);
                let upstream = upstream.clock(FakeClock::default());
                configure_auth_proxy_runtime(upstream).expect("usable");
                let answer = send(&app, get("/api/auth/webauthn-options/a?b=c")).await;
                assert_eq!(answer.body, "/auth/webauthn-options/a?b=c there");
                assert_eq!(send(&app, get("/api/auth/nothing")).await.status, 404);

                configure_auth_runtime(&local(|builder| builder));
                let answer = send(&app, get("/api/auth/session")).await;
                assert_eq!((answer.status.as_u16(), &*answer.body), (200, "null"));
                let answer = send(&app, get("/api/auth/webauthn-options/a")).await;
                assert_ne!(answer.status, 200, "{answer:?}");
                assert!(!answer.body.contains("there"), "{answer:?}");
            }
        },
    );
}

#[test]
fn a_base_path_that_the_routes_do_not_have_is_no_configuration() {
    let name = "routes::a_base_path_that_the_routes_do_not_have_is_no_configuration";
    alone(name, async || {
        let early: Router = Auth::global().router();
        configure_auth_runtime(&local(|builder| builder.base_path("/auth")));
        let answer = send(&early, get("/api/auth/csrf")).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (500, "not_configured")
        );
        let late: Router = Auth::global().router();
        assert_eq!(send(&late, get("/auth/csrf")).await.status, 200);
    });
}
