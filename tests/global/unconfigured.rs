//! Before anything is configured: nobody is let in, and nobody is signed in.

use std::time::Duration;

use portcullis::{
    Auth, AuthError, ConfigMistake, ForwardError, ProxyOptions, ServerSessionError, User,
    configure_auth_proxy_runtime, configure_auth_runtime, get_server_session,
    get_server_session_or_none, get_token,
};
use portcullis_tests::alone::alone;
use portcullis_tests::{Answer, Log, get, post, send};

use crate::app::{app, apps, cookie, local, visit};

const COOKIE: &str = "session=hers";
const EVIL: &str = "https://evil.example";

fn is_not_configured(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 500, "{what}: {answer:?}");
    assert_eq!(answer.code(), "not_configured", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    for absent in ["www-authenticate", "location", "retry-after"] {
        assert_eq!(answer.header(absent), "", "{what}");
    }
    assert!(answer.cookies().is_empty(), "{what}: {answer:?}");
    assert!(!answer.body.contains("hers"), "{what}");
}

#[test]
fn every_guarded_request_is_refused() {
    alone(
        "unconfigured::every_guarded_request_is_refused",
        async || {
            for app in apps() {
                for path in [
                    "/me",
                    "/admin",
                    "/hidden",
                    "/live",
                    "/page",
                    "/api",
                    "/sign-out",
                ] {
                    let request = |path| match path {
                        "/sign-out" => post(path),
                        _ => get(path),
                    };
                    let with = |name, value| request(path).header(name, value);
                    is_not_configured(&send(&app, request(path)).await, path);
                    is_not_configured(&send(&app, with("cookie", COOKIE)).await, path);
                    let bearer = with("authorization", "Bearer hers");
                    is_not_configured(&send(&app, bearer).await, path);
                }
                for path in ["/hello", "/token"] {
                    is_not_configured(&send(&app, get(path)).await, path);
                    is_not_configured(&visit(&app, path, COOKIE).await, path);
                }
                let person = get("/page")
                    .header("accept", "text/html")
                    .header("cookie", COOKIE);
                let person = send(&app, person).await;
                assert_eq!(
                    (person.status.as_u16(), person.header("location")),
                    (500, "")
                );
                assert_eq!(person.header("content-type"), "text/html; charset=utf-8");
            }
        },
    );
}

#[test]
fn what_another_site_sends_is_refused_as_everything_is() {
    let name = "unconfigured::what_another_site_sends_is_refused_as_everything_is";
    alone(name, async || {
        let app = app();
        for request in [
            post("/me").header("origin", EVIL),
            post("/me").header("sec-fetch-site", "cross-site"),
            post("/me"),
            get("/me")
                .header("upgrade", "websocket")
                .header("connection", "upgrade"),
            get("/me")
                .header("upgrade", "websocket")
                .header("connection", "upgrade")
                .header("origin", EVIL),
            post("/plain").header("origin", EVIL),
        ] {
            let what = format!("{request:?}");
            is_not_configured(&send(&app, request.header("cookie", COOKIE)).await, &what);
        }
    });
}

#[test]
fn whoever_needs_nobody_is_answered() {
    alone(
        "unconfigured::whoever_needs_nobody_is_answered",
        async || {
            for app in apps() {
                for request in [
                    get("/plain"),
                    post("/plain"),
                    post("/hook").header("origin", EVIL),
                ] {
                    let answer = send(&app, request.header("cookie", COOKIE)).await;
                    assert_eq!(answer.status, 200, "{answer:?}");
                    assert!(answer.cookies().is_empty());
                }
            }
            let shown = visit(&app(), "/shown", COOKIE).await;
            assert_eq!(shown.body, r#"["Unconfigured","Unconfigured"]"#);
        },
    );
}

#[test]
fn sessions_are_neither_there_nor_not_there() {
    alone(
        "unconfigured::sessions_are_neither_there_nor_not_there",
        async || {
            let auth = Auth::global();
            let cookies = [("cookie", COOKIE)];
            let unconfigured = ServerSessionError::Unconfigured;
            assert_eq!(get_server_session(&cookies).await.err(), Some(unconfigured));
            assert_eq!(get_server_session(()).await.err(), Some(unconfigured));
            assert_eq!(get_token(&cookies).await.err(), Some(unconfigured));
            assert_eq!(
                auth.get_server_session(&cookies).await.err(),
                Some(unconfigured)
            );
            assert_eq!(
                auth.get_verified_raw_token(&cookies).await.err(),
                Some(unconfigured)
            );
            let with_cookies = auth.get_server_session_with_cookies(&cookies).await;
            assert_eq!(with_cookies.err(), Some(unconfigured));
            assert!(get_server_session_or_none(&cookies).await.is_none());
            // Nobody knows where a credential would be.
            for name in ["session", "__Host-session"] {
                let cookies = [("cookie", format!("{name}=hers"))];
                assert!(auth.get_raw_token(&cookies).is_none(), "{name}");
                assert!(auth.forward_cookies(&cookies).is_none(), "{name}");
            }
            let bearer = [("authorization", "Bearer hers")];
            assert!(auth.get_raw_token(&bearer).is_none());
            let forwarding = auth.forward_to("https://news.example").expect("an origin");
            let request = http::Request::get("https://news.example/").body(());
            let forwarded = forwarding.on_behalf_of(&cookies, request.expect("a request"));
            assert!(matches!(forwarded, Err(ForwardError::Unconfigured)));
            let answer = axum::response::IntoResponse::into_response(unconfigured);
            assert_eq!(answer.status(), 500);
        },
    );
}

#[test]
fn nobody_is_signed_in_or_out() {
    fn is_unconfigured<T>(result: Result<T, AuthError>) -> bool {
        matches!(result, Err(AuthError::Unconfigured))
    }
    alone("unconfigured::nobody_is_signed_in_or_out", async || {
        let auth = Auth::global();
        assert!(is_unconfigured(auth.sign_in(User::new("7")).await));
        assert!(is_unconfigured(auth.sessions_of("7").await));
        assert!(is_unconfigured(auth.sign_out_everywhere("7").await));
        assert!(is_unconfigured(auth.user_changed("7").await));
        assert!(is_unconfigured(auth.prune_every(Duration::from_secs(60))));
        let answer = send(&app(), post("/sign-in")).await;
        assert_eq!((answer.status.as_u16(), answer.cookies().len()), (500, 0));
        assert_eq!(answer.code(), "not_configured");
    });
}

#[test]
fn the_endpoints_say_so_as_well() {
    alone("unconfigured::the_endpoints_say_so_as_well", async || {
        let app = portcullis::Router::<Auth>::new()
            .merge(Auth::global().router())
            .with_state(Auth::global());
        for path in ["session", "csrf", "providers", "signin", "signout"] {
            let answer = visit(&app, &format!("/api/auth/{path}"), COOKIE).await;
            assert_eq!(answer.status, 500, "{path}: {answer:?}");
            assert!(answer.cookies().is_empty(), "{path}: {answer:?}");
        }
        let answer = send(&app, post("/api/auth/signout").header("cookie", COOKIE)).await;
        assert_eq!((answer.status.as_u16(), answer.cookies().len()), (500, 0));
    });
}

#[test]
fn a_handle_on_nothing_configures_nothing() {
    alone(
        "unconfigured::a_handle_on_nothing_configures_nothing",
        async || {
            configure_auth_runtime(&Auth::global());
            is_not_configured(&visit(&app(), "/me", COOKIE).await, "nothing");
            // A mistake leaves what was there, which was nothing.
            let wrong = configure_auth_proxy_runtime(ProxyOptions::new("http://auth.example"));
            let wrong = wrong.expect_err("no origin, and plain http");
            assert!(
                wrong.mistakes().contains(&ConfigMistake::OriginMissing),
                "{wrong}"
            );
            assert_eq!(wrong.mistakes().len(), 2, "{wrong}");
            is_not_configured(&visit(&app(), "/me", COOKIE).await, "still nothing");
        },
    );
}

#[test]
fn the_same_router_lets_people_in_as_soon_as_something_is_configured() {
    let name = "unconfigured::the_same_router_lets_people_in_as_soon_as_something_is_configured";
    alone(name, async || {
        let apps = apps();
        let auth = local(|builder| builder);
        let cookie = cookie(&auth, "session", User::new("7")).await;
        for app in &apps {
            is_not_configured(&visit(app, "/me", &cookie).await, "before");
        }
        configure_auth_runtime(&auth);
        for app in &apps {
            for (path, status, body) in [
                ("/me", 200, "7"),
                ("/page", 200, "page"),
                ("/hello", 200, "hello 7"),
                ("/token", 200, "7"),
                ("/shown", 200, r#"["7","7"]"#),
                ("/admin", 403, ""),
                ("/hidden", 404, ""),
                ("/api", 401, ""),
            ] {
                let answer = visit(app, path, &cookie).await;
                assert_eq!(answer.status, status, "{path}");
                assert!(status != 200 || answer.body == body, "{path}: {answer:?}");
            }
            let evil = post("/me").header("origin", EVIL).header("cookie", &cookie);
            assert_eq!(send(app, evil).await.code(), "cross_site");
            assert_eq!(visit(app, "/me", "").await.status, 401);
            let signed_in = send(app, post("/sign-in")).await;
            assert_eq!(visit(app, "/me", &signed_in.cookie()).await.body, "7");
        }
        let session = get_server_session(&[("cookie", &cookie)]).await;
        assert!(session.expect("known").is_some());
        let token = get_token(&[("cookie", &cookie)]).await.expect("known");
        assert_eq!(token.expect("valid").sub(), "7");
        assert!(get_server_session(()).await.expect("known").is_none());
    });
}

#[test]
fn the_log_says_once_what_to_do() {
    alone("unconfigured::the_log_says_once_what_to_do", async || {
        let log = Log::default();
        let logging = log.start();
        for app in apps() {
            assert_eq!(visit(&app, "/plain", "").await.status, 200);
        }
        assert_eq!(log.text(), "");
        for app in apps() {
            for path in ["/me", "/hello", "/live"] {
                assert_eq!(visit(&app, path, COOKIE).await.status, 500);
            }
        }
        drop(logging);
        let said = log.text().matches("configure_auth_runtime(&auth)").count();
        assert_eq!(said, 1, "{}", log.text());
    });
}
