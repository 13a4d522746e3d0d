//! Layers that require something, under the denial tests.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::map_request;
use http::Request as HttpRequest;
use portcullis::routing::get;
use portcullis::testing::{Report, assert_refused, matrix};
use portcullis::{Auth, Callbacks, RequireLayer, Router, Token, authorized, guard, public};

use super::app::App;

#[public(reason = "the layer around it asks")]
async fn open() {}

#[authorized(role = "editor")]
async fn edit() {}

async fn run(auth: &Auth, layer: RequireLayer) -> Report {
    matrix(auth, behind(auth, layer)).run().await
}

fn behind(auth: &Auth, layer: RequireLayer) -> Router {
    let part = Router::new()
        .route("/open/{id}", get(open))
        .route("/edit", get(edit))
        .layer(layer);
    Router::new().nest("/part", part).with_state(auth.clone())
}

#[tokio::test]
async fn a_layer_that_keeps_its_word_passes() {
    for app in App::each() {
        let auth = &app.auth;
        for layer in [
            auth.require_session(),
            auth.require(guard!(role = any("admin", "editor"))),
            auth.require(guard!(deny = not_found, claim("x")))
                .skip("/part/edit"),
        ] {
            let report = run(auth, layer).await;
            assert!(report.leaks().is_empty(), "{report}");
        }
        let report = run(auth, auth.require_session()).await;
        report.assert();
        assert!(report.to_string().contains("to 3 entries"), "{report}");
    }
}

/// Lets everybody in.
struct Everybody;

impl Callbacks for Everybody {
    async fn authorized(&self, _: &http::request::Parts, _: Option<&Token>) -> bool {
        true
    }
}

#[tokio::test]
async fn where_the_callbacks_decide_nobody_can_say_who_may() {
    let auth = portcullis_tests::builder(&Default::default());
    let auth = auth.callbacks(Everybody).build().expect("usable");
    let report = run(&auth, auth.require_session()).await;
    assert!(report.leaks().is_empty(), "{report}");
    let unprobed = format!("{:?}", report.unprobed());
    assert!(unprobed.contains("Callbacks::authorized"), "{unprobed}");
}

#[tokio::test]
async fn who_is_signed_in_on_the_way_to_a_layer_is_found() {
    let [app, _] = App::each();
    let auth = app.auth.clone();
    let token = auth.sign_in(portcullis::User::new("1")).await;
    let token = token.expect("signed in").expose_token().to_owned();
    let sign_everybody_in = map_request(move |mut request: Request| {
        let cookie = format!("session={token}").parse().expect("a header");
        request.headers_mut().insert("cookie", cookie);
        request.headers_mut().remove("authorization");
        std::future::ready(request)
    });
    let router = behind(&auth, auth.require_session()).layer(sign_everybody_in);
    let report = matrix(&auth, router).run().await;
    let leaks: Vec<_> = report.leaks().iter().map(ToString::to_string).collect();
    assert!(
        leaks.contains(&"layer /part/*: anonymous reached the handler by GET (200 OK)".to_owned()),
        "{report}"
    );
}

#[tokio::test]
async fn a_layer_that_lets_nobody_in_is_not_reached() {
    let [app, _] = App::each();
    let layer = app.auth.require_session().authorized(async |_, _| false);
    let report = run(&app.auth, layer).await;
    let unreached: Vec<_> = report
        .unreached()
        .iter()
        .map(|found| found.entry())
        .collect();
    assert_eq!(
        unreached,
        ["GET /part/open/{id}", "GET /part/edit", "layer /part/*"]
    );
}

#[tokio::test]
async fn a_refusal_by_a_layer_is_one() {
    let [app, _] = App::each();
    let router = behind(&app.auth, app.auth.require_session());
    let request = HttpRequest::get("/part/open/1").body(Body::empty());
    assert_refused(&router, request.expect("a request")).await;
}
