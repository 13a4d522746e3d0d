//! What the options do.

use std::time::Duration;

use http::StatusCode;
use portcullis::routing::{get, post};
use portcullis::{Auth, Router, SqliteStore, User, authorized, protected, public};
use portcullis_tests::{FakeClock, Log, builder, send};

use crate::{App, Role, somebody, with_role};

#[protected(via = cookie)]
async fn cookie_only() {}

#[protected(via = bearer)]
async fn bearer_only() {}

#[protected(via = (cookie, bearer))]
async fn cookie_first(session: portcullis::Session) -> String {
    session.user_id().to_owned()
}

#[protected(fresh = "15m")]
async fn fresh() {}

#[protected(fresh = "15m", redirect)]
async fn fresh_page() {}

#[protected(acr = "mfa")]
async fn strong() {}

#[authorized(role = "admin", deny = not_found)]
async fn hidden() {}

#[authorized(role = "admin", deny = forbidden)]
async fn forbidden() {}

#[authorized(role = "viewer", audit)]
async fn audited() {}

#[protected(live)]
async fn live() {}

#[public(cross_site, reason = "a webhook")]
async fn webhook() {}

#[authorized(owner = "user_id")]
async fn own() {}

const SIGN_IN: &str = "/staff/sign-in";

#[protected(redirect = SIGN_IN)]
async fn staff() {}

fn app() -> App {
    App::new(
        Router::new()
            .route("/cookie", get(cookie_only))
            .route("/bearer", get(bearer_only))
            .route("/cookie-first", get(cookie_first))
            .route("/fresh", get(fresh))
            .route("/fresh-page", get(fresh_page))
            .route("/strong", get(strong))
            .route("/hidden", get(hidden))
            .route("/forbidden", get(forbidden))
            .route("/audited", get(audited))
            .route("/webhook", post(webhook))
            .route("/staff", get(staff)),
    )
}

#[tokio::test]
async fn via_says_which_credentials_count_and_in_which_order() {
    let app = app();
    let token = |cookie: &str| cookie.replace("session=", "Bearer ");
    let (seven, eight) = (
        app.cookie(User::new(7)).await,
        app.cookie(User::new(8)).await,
    );
    let ask = async |path, cookie: Option<&str>, bearer: Option<String>| {
        let mut request = portcullis_tests::get(path);
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(bearer) = bearer {
            request = request.header("authorization", bearer);
        }
        send(&app.router, request).await
    };
    let (ok, refused) = (StatusCode::OK, StatusCode::UNAUTHORIZED);
    assert_eq!(ask("/cookie", Some(&seven), None).await.status, ok);
    assert_eq!(
        ask("/cookie", None, Some(token(&seven))).await.status,
        refused
    );
    assert_eq!(
        ask("/cookie", Some(&seven), Some("Bearer x".to_owned()))
            .await
            .status,
        ok
    );
    assert_eq!(ask("/bearer", None, Some(token(&seven))).await.status, ok);
    assert_eq!(ask("/bearer", Some(&seven), None).await.status, refused);
    assert_eq!(
        ask("/cookie-first", Some(&seven), Some(token(&eight)))
            .await
            .body,
        "7"
    );
    assert_eq!(
        ask("/cookie-first", None, Some(token(&eight))).await.body,
        "8"
    );
    let anonymous = ask("/cookie", None, None).await;
    assert_eq!(
        anonymous.header("www-authenticate"),
        r#"Session realm="app""#
    );
    assert_eq!(
        ask("/bearer", None, None).await.header("www-authenticate"),
        r#"Bearer realm="app""#
    );
}

#[tokio::test]
async fn fresh_asks_for_a_recent_authentication() {
    let app = app();
    let cookie = app.cookie(somebody()).await;
    let ask = |path| {
        send(
            &app.router,
            portcullis_tests::get(path).header("cookie", &cookie),
        )
    };
    app.clock.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(ask("/fresh").await.status, StatusCode::OK);
    app.clock.advance(Duration::from_secs(1));
    let stale = ask("/fresh").await;
    assert_eq!(stale.status, StatusCode::UNAUTHORIZED);
    assert_eq!(stale.code(), "insufficient_user_authentication");
    assert_eq!(
        stale.header("www-authenticate"),
        r#"Bearer realm="app", error="insufficient_user_authentication", max_age=900"#
    );
    assert!(stale.cookies().is_empty());
    let request = portcullis_tests::get("/fresh-page").header("cookie", &cookie);
    let page = send(&app.router, request.header("sec-fetch-mode", "navigate")).await;
    assert_eq!(
        page.header("location"),
        "/sign-in?callbackUrl=%2Ffresh-page&prompt=login"
    );
}

#[tokio::test]
async fn acr_asks_for_that_strength_or_a_higher_one() {
    let app = app();
    for (acr, status) in [
        (None, StatusCode::FORBIDDEN),
        (Some("pwd"), StatusCode::FORBIDDEN),
        (Some("other"), StatusCode::FORBIDDEN),
        (Some("mfa"), StatusCode::OK),
        (Some("phr"), StatusCode::OK),
    ] {
        let mut sign_in = app.auth.sign_in(somebody());
        if let Some(acr) = acr {
            sign_in = sign_in.acr(acr);
        }
        let cookie = format!(
            "session={}",
            sign_in.await.expect("signed in").expose_token()
        );
        let ask = || {
            send(
                &app.router,
                portcullis_tests::get("/strong").header("cookie", &cookie),
            )
        };
        let answer = ask().await;
        assert_eq!(answer.status, status, "{acr:?} just now");
        if status == StatusCode::FORBIDDEN {
            assert_eq!(
                answer.code(),
                "acr_unreachable",
                "asking again would change nothing"
            );
            app.clock.advance(Duration::from_secs(60));
            let later = ask().await;
            assert_eq!(later.status, StatusCode::UNAUTHORIZED);
            assert!(
                later
                    .header("www-authenticate")
                    .ends_with(r#", acr_values="mfa""#)
            );
        }
    }
}

#[tokio::test]
async fn deny_not_found_hides_the_object_from_users_only() {
    let app = app();
    let hidden = app.get("/hidden", somebody()).await;
    assert_eq!(
        (hidden.status, hidden.body.as_str()),
        (StatusCode::NOT_FOUND, "")
    );
    let nowhere = app.get("/nowhere", somebody()).await;
    assert_eq!(hidden.headers, nowhere.headers, "nothing tells them apart");
    assert_eq!(
        app.get("/forbidden", somebody()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        app.get("/hidden", with_role(Role::Admin)).await.status,
        StatusCode::OK
    );
    let anonymous = send(&app.router, portcullis_tests::get("/hidden")).await;
    assert_eq!(
        anonymous.status,
        StatusCode::UNAUTHORIZED,
        "it hides objects, not routes"
    );
}

#[tokio::test]
async fn audit_reports_what_was_granted() {
    let app = app();
    let log = Log::default();
    let logging = log.start();
    app.get("/audited", with_role(Role::Viewer)).await;
    app.get("/forbidden", with_role(Role::Admin)).await;
    drop(logging);
    let granted: Vec<_> = log
        .text()
        .lines()
        .filter(|line| line.contains(": granted "))
        .map(str::to_owned)
        .collect();
    assert!(
        granted.len() == 1 && granted[0].contains("options::audited"),
        "{granted:?}"
    );
}

#[tokio::test]
async fn cross_site_opens_a_public_handler_to_other_sites() {
    let app = app();
    let request = portcullis_tests::post("/webhook").header("sec-fetch-site", "cross-site");
    assert_eq!(send(&app.router, request).await.status, StatusCode::OK);
    let matrix = app.router.access_matrix().to_string();
    assert!(
        matrix.contains("public: a webhook (from any site)"),
        "{matrix}"
    );
}

#[tokio::test]
async fn a_redirect_may_be_a_constant() {
    let app = app();
    let request = portcullis_tests::get("/staff").header("sec-fetch-mode", "navigate");
    let answer = send(&app.router, request).await;
    assert_eq!(
        answer.header("location"),
        "/staff/sign-in?callbackUrl=%2Fstaff"
    );
}

fn auth() -> Auth {
    builder(&FakeClock::default()).build().expect("usable")
}

#[test]
#[should_panic(expected = "`live`, but there is no store")]
fn live_without_a_store_is_refused_at_start_up() {
    let _: Router = Router::new().route("/live", get(live)).with_state(auth());
}

#[tokio::test]
async fn live_reads_the_store() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let auth = builder(&FakeClock::default())
        .store(store)
        .build()
        .expect("usable");
    let app: Router = Router::new()
        .route("/live", get(live))
        .with_state(auth.clone());
    let signed_in = auth.sign_in(somebody()).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    let answer = send(
        &app,
        portcullis_tests::get("/live").header("cookie", cookie),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[test]
#[should_panic(expected = "has no `{user_id}`")]
fn an_owner_that_is_no_parameter_of_the_path_is_refused_at_start_up() {
    let _: Router = Router::new()
        .route("/users/{id}", get(own))
        .with_state(auth());
}

#[test]
fn an_owner_may_stand_in_the_path_of_an_outer_router() {
    let inner = Router::new().route("/posts", get(own));
    let _: Router = Router::new()
        .nest("/users/{user_id}", inner)
        .with_state(auth());
}
