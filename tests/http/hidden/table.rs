//! Every kind of fallback under every kind of layer.

use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;
use portcullis::routing::any;
use portcullis::{Auth, Router};

use super::socket::Server;
use super::{assert_hidden, auth, missing, secret, touch};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fallback {
    Default,
    Own,
    NestedOwn,
    Service,
    Undeclared,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layers {
    None,
    Around,
    OfRoutes,
    Nested,
    BeforeRoute,
    OfHandler,
    Page,
    All,
}

/// Gives every answer without a body another one, which knows nothing of the first.
async fn page(response: Response) -> Response {
    match response.status() {
        StatusCode::NOT_FOUND => Response::new("a page".into()),
        _ => response,
    }
}

fn hiding(fallback: Fallback, layers: Layers) -> Router<Auth> {
    let has = |layer| layers == layer || layers == Layers::All;
    let mut handlers = any(secret);
    if has(Layers::OfHandler) {
        handlers = handlers.layer(touch("handler"));
    }
    let mut below = Router::new();
    if has(Layers::BeforeRoute) {
        below = below.layer(touch("before"));
    }
    below = below.route("/{tenant}/secret", handlers);
    if fallback == Fallback::NestedOwn {
        below = below.fallback(missing);
    }
    if has(Layers::OfRoutes) {
        below = below.route_layer(touch("route"));
    }
    if has(Layers::Nested) {
        below = below.layer(touch("nested"));
    }
    below
}

fn app(fallback: Fallback, layers: Layers) -> Router<Auth> {
    let has = |layer| layers == layer || layers == Layers::All;
    let mut app = Router::new();
    if fallback == Fallback::Service {
        let echo = tower::service_fn(async |request: Request| Ok(format!("{request:?}")));
        app = app.public_service("/", "an echo", echo);
    }
    if has(Layers::BeforeRoute) {
        app = app.layer(touch("first"));
    }
    app = app.nest("/of/{place}", hiding(fallback, layers));
    if has(Layers::OfRoutes) {
        app = app.route_layer(touch("routes"));
    }
    if fallback == Fallback::Own {
        app = app.fallback(missing);
    }
    if fallback == Fallback::Undeclared {
        let plain = axum::Router::new()
            .route("/plain", axum::routing::get(async || "plain"))
            .fallback(missing);
        app = app.merge_undeclared(plain, "it was here before");
    }
    if has(Layers::Page) {
        app = app.layer(axum::middleware::map_response(page));
    }
    if has(Layers::Around) {
        app = app.layer(touch("around"));
    }
    app
}

#[tokio::test]
async fn what_is_hidden_is_answered_as_what_is_not_there() {
    let auth = auth();
    for fallback in [
        Fallback::Default,
        Fallback::Own,
        Fallback::NestedOwn,
        Fallback::Service,
        Fallback::Undeclared,
    ] {
        for layers in [
            Layers::None,
            Layers::Around,
            Layers::OfRoutes,
            Layers::Nested,
            Layers::BeforeRoute,
            Layers::OfHandler,
            Layers::Page,
            Layers::All,
        ] {
            let (secret, absent) = ("/of/here/us/secret", "/of/here/us/absent");
            let app = || app(fallback, layers);
            let whole: Router = app().with_state(auth.clone());
            assert_hidden(&whole, &auth, secret, absent).await;
            let stateless: axum::Router<Auth> = app().into();
            for left in [whole.into_axum(), stateless.with_state(auth.clone())] {
                let server = Server::start(|listener| axum::serve(listener, left)).await;
                server.assert_hidden(&auth, secret, absent).await;
            }
        }
    }
}
