//! Routers within routers, and what enters them by name.

use axum::Extension;
use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{get as plain_get, post as plain_post};
use http::{Method, StatusCode};
use portcullis::routing::{any, get as route_get};
use portcullis::{Auth, Router, guard, public};
use portcullis_tests::{get, post};

use super::{ask, assert_hidden, assert_same, auth, missing, missing_below, secret, touch};

fn hiding() -> Router<Auth> {
    Router::new().route("/secret", any(secret))
}

#[tokio::test]
async fn a_nested_router_answers_with_the_fallback_that_is_nearest() {
    let auth = auth();
    let finished = |router: Router<Auth>| router.with_state::<Auth>(auth.clone());
    let app: Router = Router::new()
        .nest("/own", hiding().fallback(missing_below))
        .nest("/none", hiding())
        .nest("/done", finished(hiding()))
        .nest("/both", finished(hiding().fallback(missing_below)))
        .route_layer(touch("routes"))
        .fallback(missing)
        .with_state(auth.clone());
    for prefix in ["/own", "/none", "/done", "/both"] {
        let (secret, absent) = (format!("{prefix}/secret"), format!("{prefix}/absent"));
        let hidden = assert_hidden(&app, &auth, &secret, &absent).await;
        let is_own = ["/own", "/both"].contains(&prefix);
        assert_eq!(hidden.body.contains("below"), is_own, "{hidden:?}");
    }
}

#[tokio::test]
async fn a_merged_router_brings_its_fallback_and_its_layers() {
    let auth = auth();
    for layered in [false, true] {
        let mut beside = Router::new().fallback(missing);
        if layered {
            beside = beside.layer(touch("beside"));
        }
        for app in [hiding().merge(beside.clone()), beside.merge(hiding())] {
            let app: Router = app.layer(touch("all")).with_state(auth.clone());
            assert_hidden(&app, &auth, "/secret", "/absent").await;
        }
    }
}

#[tokio::test]
async fn layers_go_on_after_the_state() {
    let auth = auth();
    let app: Router = hiding().with_state(auth.clone());
    let app: Router = Router::new()
        .merge(app)
        .layer(touch("later"))
        .with_state(());
    let hidden = assert_hidden(&app, &auth, "/secret", "/absent").await;
    assert_eq!(hidden.header("x-layer"), "later");
}

#[tokio::test]
async fn only_a_handler_of_the_path_may_hide() {
    #[public(reason = "it is known to be there")]
    async fn known() {}
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", route_get(known).post(secret))
        .fallback(missing)
        .with_state(auth.clone());
    assert_same(&app, &auth, &Method::POST, ["/secret", "/absent"]).await;
    assert_eq!(
        ask(&app, &auth, get("/secret")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_handler_for_other_methods_may_hide() {
    #[public(reason = "it is known to be there")]
    async fn known() {}
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", route_get(known))
        .method_not_allowed_fallback(secret)
        .with_state(auth.clone());
    assert_same(&app, &auth, &Method::POST, ["/secret", "/absent"]).await;
}

#[tokio::test]
async fn paths_of_parameters_may_hide() {
    let auth = auth();
    let below = Router::new()
        .route("/{a}/secret", any(secret))
        .route("/of{a}/secret", any(secret))
        .route("/all/{*rest}", any(secret));
    let app: Router = below
        .clone()
        .nest("/{place}/in", below.clone())
        .nest("/in/", below)
        .fallback(missing)
        .with_state(auth.clone());
    for prefix in ["", "/x/in", "/in"] {
        for path in ["/1/", "/of1/"] {
            let [secret, absent] = ["secret", "absent"].map(|end| format!("{prefix}{path}{end}"));
            assert_hidden(&app, &auth, &secret, &absent).await;
        }
        let hidden = ask(&app, &auth, get(&format!("{prefix}/all/1/2"))).await;
        assert!(hidden.body.contains("RawPathParams([])"), "{hidden:?}");
    }
}

/// As axum puts paths together, in which a `*` is nothing special.
#[tokio::test]
async fn below_a_path_of_any_letters_handlers_may_hide() {
    let auth = auth();
    let app: Router = Router::new()
        .nest("/a*b", hiding())
        .nest("/in/", Router::new().route("//secret", any(secret)))
        .nest("/on//", hiding())
        .fallback(missing)
        .with_state(auth.clone());
    for prefix in ["/a*b", "/in", "/on/"] {
        let [secret, absent] = ["secret", "absent"].map(|end| format!("{prefix}/{end}"));
        assert_hidden(&app, &auth, &secret, &absent).await;
    }
}

#[tokio::test]
async fn a_service_may_hide() {
    let auth = auth();
    let echo = tower::service_fn(async |_: Request| Ok("an echo"));
    let guard = || guard!(role = "admin", deny = not_found);
    let app: Router = Router::new()
        .guarded_service("/secret", guard(), echo)
        .fallback(missing)
        .with_state(auth.clone());
    for below in ["", "/", "/a/b"] {
        let (secret, absent) = (format!("/secret{below}"), format!("/absent{below}"));
        assert_hidden(&app, &auth, &secret, &absent).await;
    }
}

/// A service answers for itself, whatever is around it.
#[tokio::test]
async fn within_a_service_its_own_fallback_answers() {
    let auth = auth();
    let whole: Router = hiding().fallback(missing_below).with_state(auth.clone());
    let left = hiding()
        .fallback(missing_below)
        .with_state::<()>(auth.clone())
        .into_axum();
    let plain = axum::Router::new()
        .route("/secret", plain_get(secret))
        .with_state(auth.clone());
    let shut = hiding().fallback(secret).layer(touch("shut"));
    let shut: Router = shut.with_state(auth.clone());
    let deep = axum::Router::new()
        .nest_service("/deep", whole.clone())
        .nest_service("/shut", shut);
    let app: Router = hiding()
        .public_service("/whole", "a test", whole)
        .public_service("/left", "a test", left)
        .public_service("/plain", "a test", plain)
        .merge_undeclared(deep, "a test")
        .fallback(missing)
        .with_state(auth.clone());
    for prefix in ["/whole", "/left", "/deep"] {
        let (secret, absent) = (format!("{prefix}/secret"), format!("{prefix}/absent"));
        let hidden = assert_hidden(&app, &auth, &secret, &absent).await;
        assert!(hidden.body.contains("below"), "{hidden:?}");
    }
    for (path, layer) in [
        ("/plain/secret", ""),
        ("/shut/secret", "shut"),
        ("/shut/absent", "shut"),
    ] {
        let hidden = ask(&app, &auth, get(path)).await;
        assert_eq!((hidden.status, &*hidden.body), (StatusCode::NOT_FOUND, ""));
        assert_eq!(hidden.header("x-layer"), layer, "{path}");
    }
}

/// Handlers of plain routers are found to be hidden as others are.
#[tokio::test]
async fn an_undeclared_router_hides_and_brings_its_fallback() {
    let auth = auth();
    let plain = || {
        axum::Router::new()
            .route("/secret/{id}", plain_get(secret))
            .route("/shown", plain_get(async || "shown"))
            .route_layer(touch("plain"))
    };
    let only: Router = Router::new()
        .merge_undeclared(plain(), "it was here before")
        .fallback(missing)
        .with_state(auth.clone());
    let own: Router = Router::new()
        .merge_undeclared(plain().fallback(missing), "it was here before")
        .with_state(auth.clone());
    let below = Router::new().merge_undeclared(plain().fallback(missing), "it was here before");
    let below: Router = Router::new()
        .nest("/of/{place}", below)
        .with_state(auth.clone());
    for (app, secret, absent) in [
        (only, "/secret/1", "/absent/1"),
        (own, "/secret/1", "/absent/1"),
        (below, "/of/us/secret/1", "/of/us/absent/1"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            assert_same(&app, &auth, &method, [secret, absent]).await;
            assert_same(&app.clone().into_axum(), &auth, &method, [secret, absent]).await;
        }
    }
}

/// Which methods the other routers take for a path tells nothing of the handlers that hide there.
#[tokio::test]
async fn beside_an_undeclared_handler_of_the_path_another_may_hide() {
    let auth = auth();
    let plain = || axum::Router::new().route("/secret", plain_post(async || "posted"));
    let mixed = || {
        Router::new()
            .route("/secret", route_get(secret))
            .merge_undeclared(plain(), "it was here before")
    };
    for fallback in [false, true] {
        let mut app = mixed().nest("/of/{place}", mixed());
        if fallback {
            app = app.fallback(missing);
        }
        let left = app.clone().with_state::<()>(auth.clone()).into_axum();
        let app: Router = app.layer(touch("all")).with_state(auth.clone());
        for (secret, absent) in [("/secret", "/absent"), ("/of/us/secret", "/of/us/absent")] {
            for method in [Method::GET, Method::HEAD] {
                assert_same(&app, &auth, &method, [secret, absent]).await;
                assert_same(&left, &auth, &method, [secret, absent]).await;
            }
            let posted = ask(&app, &auth, post(secret)).await;
            assert_eq!((posted.status, &*posted.body), (StatusCode::OK, "posted"));
        }
    }
}

/// The copy that answers runs nobody's handler but a fallback.
#[tokio::test]
async fn what_is_refused_reaches_no_undeclared_route() {
    let auth = auth();
    let plain = axum::Router::new().route("/{*everything}", plain_get(async || "reached"));
    let app: Router = hiding()
        .merge_undeclared(plain, "it was here before")
        .with_state(auth.clone());
    let hidden = ask(&app, &auth, get("/secret")).await;
    assert_eq!((hidden.status, &*hidden.body), (StatusCode::NOT_FOUND, ""));
}

#[tokio::test]
async fn the_fallback_sees_nothing_that_the_route_added() {
    #[public(reason = "there is nothing to protect")]
    async fn tell(mark: Option<Extension<&'static str>>) -> impl IntoResponse {
        (StatusCode::NOT_FOUND, format!("{mark:?}"))
    }
    let auth = auth();
    let app: Router = Router::new()
        .nest("/in", hiding().layer(Extension("it is there")))
        .fallback(tell)
        .with_state(auth.clone());
    let hidden = assert_hidden(&app, &auth, "/in/secret", "/in/absent").await;
    assert_eq!(hidden.body, "None");
}
