//! Routers that leave for a plain axum router.

use axum::routing::get as plain_get;
use http::{Method, StatusCode};
use portcullis::routing::any;
use portcullis::{Auth, Router, Session, public};
use portcullis_tests::{FakeClock, SECRET, builder, get};

use super::{ask, assert_hidden, assert_same, auth, missing, missing_below, secret, touch};

fn hiding() -> Router<Auth> {
    Router::new().route("/secret", any(secret))
}

#[tokio::test]
async fn a_router_takes_its_fallback_along() {
    let auth = auth();
    for app in [
        hiding(),
        hiding().fallback(missing),
        hiding().fallback(missing).route_layer(touch("routes")),
        hiding().layer(touch("all")),
        hiding().fallback(silent),
    ] {
        let early = app.clone().into_axum().with_state(auth.clone());
        let late = app.with_state(auth.clone()).into_axum();
        for app in [early, late] {
            assert_hidden(&app, &auth, "/secret", "/absent").await;
            let merged = axum::Router::new()
                .route("/", plain_get(async || "a page"))
                .merge(app)
                .layer(touch("plain"))
                .layer(auth.layer());
            assert_hidden(&merged, &auth, "/secret", "/absent").await;
        }
    }
}

#[tokio::test]
async fn below_a_plain_router_its_own_fallback_answers() {
    let auth = auth();
    let below = hiding()
        .nest("/{more}", hiding())
        .fallback(missing)
        .into_axum();
    let app = axum::Router::new()
        .nest("/of/{place}", below)
        .fallback(async || "elsewhere")
        .with_state(auth.clone());
    for (secret, absent) in [
        ("/of/us/secret", "/of/us/absent"),
        ("/of/us/x/secret", "/of/us/x/absent"),
    ] {
        let hidden = assert_hidden(&app, &auth, secret, absent).await;
        assert!(hidden.body.contains(r#"Ok("/of/{place}")"#), "{hidden:?}");
    }
}

#[tokio::test]
async fn a_plain_router_may_enter_again() {
    let auth = auth();
    let entered = |plain: Router<Auth>| {
        Router::new()
            .merge_undeclared(plain.into_axum(), "it has its guards")
            .route_layer(touch("routes"))
    };
    let app: Router = Router::new()
        .nest("/in", entered(hiding().fallback(missing_below)))
        .nest("/on", entered(hiding()))
        .fallback(missing)
        .with_state(auth.clone());
    let hidden = assert_hidden(&app, &auth, "/in/secret", "/in/absent").await;
    assert_eq!(hidden.body, "nothing below");
    let hidden = assert_hidden(&app, &auth, "/on/secret", "/on/absent").await;
    assert_eq!(hidden.header("x-own"), "yes");
}

/// Nothing around it knows the fallback of a service.
#[tokio::test]
async fn in_an_undeclared_router_a_service_keeps_its_fallback() {
    let auth = auth();
    let left = |router: Router<Auth>| router.with_state::<()>(auth.clone()).into_axum();
    let plain = || {
        axum::Router::new()
            .nest_service("/own", left(hiding().fallback(missing_below)))
            .layer(touch("plain"))
            .nest_service("/none", left(hiding()))
            .merge(left(hiding()))
    };
    let alone = plain();
    let app: Router = Router::new()
        .merge_undeclared(plain().with_state(()), "it has its guards")
        .fallback(missing)
        .layer(touch("all"))
        .with_state(auth.clone());
    let own = assert_hidden(&alone, &auth, "/own/secret", "/own/absent").await;
    assert_eq!(own.body, "nothing below");
    for (prefix, expected) in [("/own", "below"), ("/none", ""), ("", "GET /secret")] {
        let (secret, absent) = (format!("{prefix}/secret"), format!("{prefix}/absent"));
        let hidden = assert_hidden(&app, &auth, &secret, &absent).await;
        assert!(hidden.body.contains(expected), "{hidden:?}");
    }
}

#[tokio::test]
async fn in_a_plain_router_the_answer_is_axums_own() {
    let auth = auth();
    let app = axum::Router::new()
        .route("/secret", plain_get(secret))
        .layer(auth.layer())
        .with_state(auth.clone());
    assert_same(&app, &auth, &Method::GET, ["/secret", "/absent"]).await;
    let hidden = ask(&app, &auth, get("/secret")).await;
    assert_eq!((hidden.status, &*hidden.body), (StatusCode::NOT_FOUND, ""));
}

#[public(reason = "there is nothing to protect")]
async fn silent() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[public(reason = "there is nothing to protect")]
async fn greet(session: Option<Session>) -> (StatusCode, String) {
    let who = session.map(|session| session.user_id().to_owned());
    (StatusCode::NOT_FOUND, format!("{who:?}"))
}

/// A part that has got its state already must not lend it to the rest.
#[tokio::test]
async fn a_fallback_is_never_run_with_the_state_of_others() {
    let ours = auth();
    let theirs = builder(&FakeClock::default())
        .secret(SECRET.to_lowercase())
        .build()
        .expect("usable");
    let guest = Router::new()
        .route("/secret", any(secret))
        .with_state::<Auth>(theirs.clone());
    let plain = axum::Router::new()
        .route("/secret", plain_get(secret))
        .with_state(theirs.clone());
    let app = hiding()
        .nest("/guest", guest)
        .nest("/plain", Router::new().merge_undeclared(plain, "a guest"))
        .fallback(greet)
        .into_axum()
        .with_state(ours.clone());
    let own = assert_hidden(&app, &ours, "/secret", "/absent").await;
    assert_eq!(own.body, r#"Some("7")"#);
    for path in ["/guest/secret", "/plain/secret"] {
        let hidden = ask(&app, &theirs, get(path)).await;
        assert_eq!((hidden.status, &*hidden.body), (StatusCode::NOT_FOUND, ""));
    }
}
