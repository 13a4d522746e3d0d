//! What the denial tests get to: WebSockets, handlers of several configurations, policies by which
//! one is asked.

use std::future::pending;
use std::time::Duration;

use axum::extract::WebSocketUpgrade;
use axum::extract::ws::WebSocket;
use axum::response::Response;
use portcullis::routing::get;
use portcullis::testing::{Report, matrix, visitor};
use portcullis::{Auth, Router, Session, User, authorized, protected, public};
use portcullis_tests::{FakeClock, builder};
use tokio::time::timeout;

use super::app::App;

fn lines(report: &Report) -> Vec<String> {
    let findings = report.leaks().iter().chain(report.unreached());
    findings.map(ToString::to_string).collect()
}

mod paper {
    use portcullis::{Session, policy};

    #[policy]
    pub async fn is_ours(_: &Session) -> bool {
        true
    }
}

mod picture {
    use portcullis::{Session, policy};

    #[policy]
    pub async fn is_ours(_: &Session) -> bool {
        true
    }
}

#[authorized(policy = paper::is_ours, any(role = "admin", all(permission = "rare", policy = picture::is_ours)))]
async fn archive() {}

#[tokio::test]
async fn policies_of_one_name_are_told_apart() {
    let [app, _] = App::each();
    let router: Router = Router::new()
        .route("/archive", get(archive))
        .with_state(app.auth.clone());
    let report = matrix(&app.auth, router.clone()).run().await;
    assert_eq!(
        lines(&report),
        ["GET /archive: the policy `picture::is_ours` was never asked"]
    );
    let rare = User::new(2).with_permissions(["rare"]);
    let report = matrix(&app.auth, router).visitor("rare", rare).run();
    report.await.assert();
}

async fn greet(mut socket: WebSocket) {
    let _ = socket.send("hello".into()).await;
}

#[authorized(role = "admin")]
async fn live(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(greet)
}

#[public(reason = "tells everybody the news")]
async fn news(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(greet)
}

fn sockets() -> Router<Auth> {
    Router::new()
        .route("/live", get(live))
        .nest("/public", Router::new().route("/news", get(news)))
}

#[tokio::test]
async fn web_sockets_are_reached() {
    for app in App::each() {
        let router = sockets().with_state(app.auth.clone());
        let report = matrix(&app.auth, router).run().await;
        report.assert();
    }
}

#[tokio::test]
async fn who_gets_into_a_web_socket_and_must_not_is_found() {
    let [app, _] = App::each();
    let auth = app.auth.clone();
    let everybody_is_admin = move |request: axum::extract::Request,
                                   next: axum::middleware::Next| {
        let ada = visitor(&auth, User::new(1).with_roles(["admin"]));
        async move {
            let mut request = request;
            for name in ["cookie", "authorization", "origin", "sec-fetch-site"] {
                request.headers_mut().remove(name);
            }
            next.run(ada.sign(request).await.expect("signed")).await
        }
    };
    let router = sockets()
        .with_state(app.auth.clone())
        .layer(axum::middleware::from_fn(everybody_is_admin));
    let lines = lines(&matrix(&app.auth, router).run().await);
    for leak in [
        "GET /live: anonymous reached the handler by GET (101 Switching Protocols)",
        "GET /live: role admin with an expired cookie reached the handler by GET (101",
        "GET /public/news: anonymous from a page of another site reached the handler",
    ] {
        assert!(
            lines.iter().any(|line| line.starts_with(leak)),
            "{lines:#?}"
        );
    }
}

#[authorized(role = "admin")]
async fn silent(_: WebSocketUpgrade) -> Response {
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_web_socket_that_never_answers_does_not_hold_up_the_report() {
    let [app, _] = App::each();
    let router = Router::new()
        .route("/silent", get(silent))
        .merge(sockets())
        .with_state(app.auth.clone());
    let report = matrix(&app.auth, router).run();
    let report = timeout(Duration::from_secs(300), report).await;
    let lines = lines(&report.expect("a report"));
    let silence = "GET /silent: the handler of a WebSocket did not answer within 5 s";
    assert!(lines.iter().any(|line| line == silence), "{lines:#?}");
    let is_about_it = |line: &String| line.starts_with("GET /silent: ");
    assert!(lines.iter().all(is_about_it), "{lines:#?}");
}

#[protected]
async fn staff(session: Session) -> String {
    session.user_id().to_owned()
}

#[authorized(role = "guest", deny = not_found)]
async fn guest() {}

#[tokio::test]
async fn handlers_of_another_auth_are_reached() {
    let [app, stored] = App::each();
    let guests = builder(&FakeClock::default()).cookie_name("guests").build();
    let guests = guests.expect("usable");
    let others = Router::new()
        .route("/guest", get(guest))
        .with_state(guests.clone());
    let stored: Router = Router::new()
        .route("/stored", get(staff))
        .with_state(stored.auth);
    let router: Router = Router::new()
        .route("/staff", get(staff))
        .with_state(app.auth.clone())
        .merge(others)
        .nest("/old", stored);
    for auth in [app.auth, guests] {
        let report = matrix(&auth, router.clone()).run().await;
        report.assert();
    }
}
