//! The denial tests that come for free: that they pass where they should, find every kind of leak,
//! and say what they did not see.

use axum::body::Body;
use axum::extract::{RawQuery, Request};
use axum::middleware::{Next, from_fn};
use axum::{Json, Router as AxumRouter};
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use portcullis::routing::{any, get, post};
use portcullis::testing::{Finding, Fixture, Report, matrix, visitor};
use portcullis::{Auth, Router, Session, User, authorized, guard, policy, protected, public};

use super::app::{App, routes};

fn everything(findings: &[Finding]) -> String {
    findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect()
}

/// The tests of the common application, with somebody for each of its rules.
async fn run(auth: &Auth, router: Router) -> Report {
    let reader = User::new(9).with_scopes(["posts:read"]);
    matrix(auth, router).visitor("a reader", reader).run().await
}

#[tokio::test]
async fn a_router_that_keeps_its_word_passes() {
    for app in App::each() {
        let report = run(&app.auth, app.router).await;
        report.assert();
        let text = report.to_string();
        assert!(text.contains("to 9 entries"), "{text}");
        assert!(
            text.contains("leaked: 0\nnot reached: 0\nnot probed: 0"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_strict_origin_and_trusted_sites_change_nothing() {
    let app = App::configured(|builder| {
        builder
            .strict_origin(true)
            .trusted_origins(["https://admin.example"])
    });
    run(&app.auth, app.router).await.assert();
}

/// A layer that makes an administrator of everybody: what a trusted header of a proxy may do.
async fn everybody_is_admin(auth: Auth, request: Request, next: Next) -> Response<Body> {
    let ada = visitor(&auth, User::new(1).with_roles(["admin"])).acr("phr");
    let mut request = request;
    request.headers_mut().remove("cookie");
    request.headers_mut().remove(AUTHORIZATION);
    next.run(ada.sign(request).await.expect("signed")).await
}

#[tokio::test]
async fn a_layer_that_signs_everybody_in_is_found() {
    for app in App::each() {
        let auth = app.auth.clone();
        let layer = from_fn(move |request, next| everybody_is_admin(auth.clone(), request, next));
        let report = run(&app.auth, app.router.layer(layer)).await;
        let leaks = everything(report.leaks());
        for leak in [
            "GET /me: anonymous reached the handler by GET (200 OK)",
            "GET /me: anonymous reached the handler by HEAD (200 OK)",
            "POST /admin: no role with a cookie reached the handler",
            "GET /me: no role with an expired cookie reached the handler",
            "GET /me: no role with a tampered bearer token reached the handler",
            "POST /vault: role admin with a too old cookie reached",
            "POST /vault: role admin with a too weak bearer token reached",
            "letters: somebody else with a cookie reached the handler",
        ] {
            assert!(leaks.contains(leak), "{leak}\n{leaks}");
        }
        assert!(!leaks.contains("GET /: "), "{leaks}");
    }
}

#[tokio::test]
async fn a_layer_that_hides_where_a_request_comes_from_is_found() {
    let [app, _] = App::each();
    let layer = from_fn(|mut request: Request, next: Next| async {
        for name in ["origin", "sec-fetch-site"] {
            request.headers_mut().remove(name);
        }
        next.run(request).await
    });
    let report = run(&app.auth, app.router.layer(layer)).await;
    let leaks = everything(report.leaks());
    for leak in [
        "POST /vault: role admin with a cookie from a page of another site reached",
        "GET /me: no role with a cookie from a page of another site reached",
    ] {
        assert!(leaks.contains(leak), "{leak}\n{leaks}");
    }
    let is_cross_site = |leak: &Finding| leak.what().contains("another site");
    assert!(report.leaks().iter().all(is_cross_site), "{leaks}");
}

#[tokio::test]
async fn a_layer_that_answers_itself_is_found() {
    let [app, _] = App::each();
    let layer = from_fn(|request: Request, next: Next| async {
        if request.uri().path() == "/admin" {
            return Response::new(Body::from("cached"));
        }
        next.run(request).await
    });
    let report = run(&app.auth, app.router.layer(layer)).await;
    let leaks = everything(report.leaks());
    let leak = "GET /admin: anonymous got 200 OK by GET, and no guard was asked";
    assert!(leaks.contains(leak), "{leaks}");
    assert!(
        report
            .leaks()
            .iter()
            .all(|leak| leak.entry().contains("/admin")),
        "{leaks}"
    );
    let unreached = everything(report.unreached());
    assert!(
        unreached.contains(
            "GET /admin: nobody reached the handler: role admin with a cookie got 200 OK"
        ),
        "{unreached}"
    );
}

#[tokio::test]
async fn an_answer_that_is_only_a_status_is_no_leak() {
    let [app, _] = App::each();
    let layer = from_fn(|_: Request, _: Next| async {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        response
    });
    let report = run(&app.auth, app.router.layer(layer)).await;
    assert!(report.leaks().is_empty(), "{report}");
    // Every handler, and the one policy.
    assert_eq!(report.unreached().len(), 10, "{report}");
}

#[policy]
async fn is_monday(_: &Session) -> bool {
    true
}

#[policy]
async fn is_full_moon(_: &Session) -> bool {
    false
}

#[authorized(any(role = "admin", all(permission = "moon", policy = is_full_moon)), policy = is_monday)]
async fn calendar() {}

#[authorized(claim("plan" = "gold"))]
async fn gold() {}

#[protected]
async fn note(Json(note): Json<String>) -> String {
    note
}

#[tokio::test]
async fn what_nobody_reached_is_said_with_the_reason() {
    for app in App::each() {
        let router: Router = Router::new()
            .route("/calendar", get(calendar))
            .route("/gold", get(gold))
            .route("/note", post(note))
            .with_state(app.auth.clone());
        let report = matrix(&app.auth, router.clone()).run().await;
        assert!(report.leaks().is_empty(), "{report}");
        let unreached = everything(report.unreached());
        assert_eq!(
            unreached,
            "GET /calendar: the policy `is_full_moon` was never asked\n\
             GET /gold: nobody who was sent meets its rule; `Matrix::visitor` sends somebody who does\n\
             POST /note: nobody reached the handler: no role with a cookie got 415 Unsupported Media Type\n"
        );
        matrix(&app.auth, router)
            .fixture(|entry| match entry.path() {
                "/note" => Fixture::new().body("application/json", r#""hello""#),
                _ => Fixture::new(),
            })
            .visitor("gold", User::new(3).with("plan", "gold"))
            .visitor("moon", User::new(4).with_permissions(["moon"]))
            .run()
            .await
            .assert();
    }
}

#[tokio::test]
#[should_panic(expected = "not reached: 1\n  GET /gold: nobody who was sent meets its rule")]
async fn assert_shows_the_report() {
    let [app, _] = App::each();
    let router: Router = Router::new()
        .route("/gold", get(gold))
        .with_state(app.auth.clone());
    matrix(&app.auth, router).run().await.assert();
}

#[tokio::test]
async fn roles_can_be_chosen() {
    let [app, _] = App::each();
    let router: Router = Router::new()
        .route("/calendar", get(calendar))
        .with_state(app.auth.clone());
    let report = matrix(&app.auth, router).roles(["guest"]).run().await;
    assert!(
        everything(report.unreached()).contains("nobody who was sent"),
        "{report}"
    );
}

#[tokio::test]
async fn somebody_who_cannot_be_signed_in_is_reported() {
    let [app, _] = App::each();
    let report = matrix(&app.auth, app.router)
        .visitor("nobody", User::default())
        .run()
        .await;
    let unreached = everything(report.unreached());
    assert!(
        unreached.contains("GET /me: a user without an id cannot be signed in\n"),
        "{unreached}"
    );
}

#[public(reason = "tells what is not there")]
async fn missing() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[protected]
async fn other_method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

#[authorized(role = "admin", deny = not_found)]
async fn hidden(headers: HeaderMap, RawQuery(query): RawQuery) {
    assert!(headers.contains_key("x-tenant"), "{headers:?}");
    assert_eq!(query.as_deref(), Some("page=1"));
}

#[public(cross_site, reason = "for other sites")]
async fn hook() {}

#[public(reason = "whatever the method")]
async fn anything() {}

#[tokio::test]
async fn services_fallbacks_and_nested_routers_are_probed_and_plain_ones_named() {
    for app in App::each() {
        let echo = tower::service_fn(|request: Request| async move {
            Ok::<_, std::convert::Infallible>(Response::new(Body::from(request.uri().to_string())))
        });
        let inner = Router::new()
            .route("/hidden/{*rest}", any(hidden))
            .guarded_service("/reports", guard!(role = "admin"), echo)
            .fallback(missing);
        let plain = AxumRouter::new().route("/plain", axum::routing::get(|| async {}));
        let router: Router = routes()
            .route("/hook", post(hook))
            .route("/any", get(anything).any(hidden))
            .nest("/api", inner)
            .public_service("/assets", "style sheets", echo)
            .method_not_allowed_fallback(other_method)
            .merge_undeclared(plain, "an old page")
            .fallback(missing)
            .with_state(app.auth.clone());
        let tenant = HeaderName::from_static("x-tenant");
        let report = matrix(&app.auth, router)
            .visitor("a reader", User::new(9).with_scopes(["posts:read"]))
            .fixture(move |_| {
                let one = HeaderValue::from_static("one");
                Fixture::new().query("page=1").header(tenant.clone(), one)
            })
            .run()
            .await;
        report.assert();
        assert_eq!(
            everything(report.unprobed()),
            "* *: undeclared: an old page\n"
        );
    }
}
