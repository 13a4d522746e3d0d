//! Services and fallbacks: what enters a router by name, and stays where it is put.

use http::{Request, StatusCode};
use portcullis::routing::any;
use portcullis::{Auth, Router, guard, protected, public};
use portcullis_tests::{FakeClock, builder, send};

#[public(reason = "a test")]
async fn open() {}

#[protected]
async fn closed() {}

#[tokio::test]
async fn services_stay_guarded_and_reachable_when_nested() {
    let echo = tower::service_fn(|request: axum::extract::Request| async move {
        Ok::<_, std::convert::Infallible>(request.uri().path().to_owned())
    });
    let inner = Router::new()
        .public_service("/assets", "style sheets", echo)
        .guarded_service("/reports", guard!(), echo);
    let auth = builder(&FakeClock::default()).build().expect("usable");
    let app: Router = Router::new().nest("/api", inner).with_state(auth);
    let get = |path: &str| send(&app, Request::get(path));
    assert_eq!(get("/api/assets/a.css").await.body, "/a.css");
    for path in ["/api/assets", "/api/assets/"] {
        assert_eq!(get(path).await.body, "/", "{path}");
    }
    for path in ["/api/reports", "/api/reports/", "/api/reports/2026"] {
        assert_eq!(get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[test]
#[should_panic(expected = "fallback already")]
fn a_second_fallback_does_not_take_the_place_of_the_first() {
    let service = tower::service_fn(|_: axum::extract::Request| async {
        Ok::<_, std::convert::Infallible>(())
    });
    let guarded = Router::<Auth>::new().guarded_service("/", guard!(role = "admin"), service);
    let _ = guarded.fallback(open);
}

#[test]
#[should_panic(expected = "already")]
fn a_second_handler_for_every_method_does_not_take_the_place_of_the_first() {
    let _ = any::<_, _, Auth>(closed).any(open);
}

#[test]
#[should_panic(expected = "a reason cannot be empty")]
fn a_public_service_without_a_reason_is_refused() {
    let service = tower::service_fn(|_: axum::extract::Request| async {
        Ok::<_, std::convert::Infallible>(())
    });
    let _ = Router::<Auth>::new().public_service("/assets", "", service);
}

#[test]
#[should_panic(expected = "a reason cannot be empty")]
fn a_plain_router_without_a_reason_is_refused() {
    let _ = Router::<Auth>::new().merge_undeclared(axum::Router::new(), " \n");
}
