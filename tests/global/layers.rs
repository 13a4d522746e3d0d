//! Layers, endpoints and the access matrix of what is configured for the process.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::Request;
use http::request::Parts;
use portcullis::{
    Auth, Callbacks, Credentials, CredentialsInput, Router, Token, User, configure_auth_runtime,
    guard, public, routing::get as route_get,
};
use portcullis_tests::alone::alone;
use portcullis_tests::{Answer, read, send};
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::app::{app, cookie, local, visit};

#[public(reason = "is behind a layer")]
async fn inside() -> &'static str {
    "inside"
}

async fn plain(app: &axum::Router, path: &str, cookie: &str) -> Answer {
    let request = Request::get(path).header("cookie", cookie);
    let request = request.body(Body::empty()).expect("a request");
    read(app.clone().oneshot(request).await.expect("infallible")).await
}

#[test]
fn a_layer_lets_in_whoever_the_process_knows() {
    alone(
        "layers::a_layer_lets_in_whoever_the_process_knows",
        async || {
            let layer = Auth::global().require(guard!(role = "admin"));
            let app = Router::new()
                .route("/inside", route_get(inside))
                .layer(layer.clone())
                .with_state(Auth::global());
            let bare = axum::Router::new()
                .route("/inside", axum::routing::get(async || "inside"))
                .layer(layer);
            let auth = local(|builder| builder);
            let admin = cookie(&auth, "session", User::new("1").with_roles(["admin"])).await;
            let other = cookie(&auth, "session", User::new("2")).await;
            for cookie in ["", &admin, &other] {
                assert_eq!(
                    visit(&app, "/inside", cookie).await.code(),
                    "not_configured"
                );
                assert_eq!(plain(&bare, "/inside", cookie).await.status, 500);
            }
            configure_auth_runtime(&auth);
            for (cookie, status) in [("", 401), (admin.as_str(), 200), (&other, 403)] {
                assert_eq!(visit(&app, "/inside", cookie).await.status, status);
                assert_eq!(plain(&bare, "/inside", cookie).await.status, status);
            }
        },
    );
}

/// Whether visitors may come who are not signed in.
struct Admits(bool);

impl Callbacks for Admits {
    async fn authorized(&self, _: &Parts, token: Option<&Token>) -> bool {
        token.is_some() || self.0
    }
}

#[test]
fn whom_nobody_knows_is_let_in_as_was_configured_when_the_request_began() {
    let name = "layers::whom_nobody_knows_is_let_in_as_was_configured_when_the_request_began";
    alone(name, async || {
        let gates = Arc::new([Notify::new(), Notify::new()]);
        let rechecked = Arc::clone(&gates);
        let before = local(|builder| {
            let builder = builder.callbacks(Admits(false));
            let builder = builder.store_deadline(Duration::from_secs(60));
            builder.recheck_user(Duration::ZERO, move |_| {
                let gates = Arc::clone(&rechecked);
                async move {
                    let [begun, goes_on] = &*gates;
                    begun.notify_one();
                    goes_on.notified().await;
                    Ok::<Option<User>, std::io::Error>(None)
                }
            })
        });
        let by_then = local(|builder| builder.callbacks(Admits(true)));
        let gone = cookie(&before, "session", User::new("7")).await;
        let app = Router::new()
            .route("/inside", route_get(inside))
            .layer(Auth::global().require_session())
            .with_state(Auth::global());
        configure_auth_runtime(&before);
        let asking = tokio::spawn({
            let app = app.clone();
            async move { visit(&app, "/inside", &gone).await }
        });
        let [begun, goes_on] = &*gates;
        begun.notified().await;
        configure_auth_runtime(&by_then);
        goes_on.notify_one();
        assert_eq!(asking.await.expect("answered").status, 401);
        assert_eq!(visit(&app, "/inside", "").await.status, 200);
    });
}

#[test]
fn a_live_layer_is_refused_where_nobody_keeps_sessions() {
    alone(
        "layers::a_live_layer_is_refused_where_nobody_keeps_sessions",
        async || {
            let app = Router::new()
                .route("/inside", route_get(inside))
                .layer(Auth::global().require(guard!(live)))
                .with_state(Auth::global());
            let auth = local(|builder| builder);
            let hers = cookie(&auth, "session", User::new("7")).await;
            configure_auth_runtime(&auth);
            let refused = visit(&app, "/inside", &hers).await;
            assert_eq!((refused.status.as_u16(), refused.cookies().len()), (500, 0));
        },
    );
}

#[test]
fn a_session_layer_refreshes_by_what_is_configured() {
    alone(
        "layers::a_session_layer_refreshes_by_what_is_configured",
        async || {
            let app = app().into_axum().layer(Auth::global().layer());
            assert_eq!(plain(&app, "/plain", "").await.body, "plain");
            assert_eq!(plain(&app, "/me", "session=x").await.status, 500);
            let always = |builder: portcullis::AuthBuilder| builder.update_age(Duration::ZERO);
            let auth = local(always);
            let hers = cookie(&auth, "session", User::new("7")).await;
            configure_auth_runtime(&auth);
            let me = plain(&app, "/me", &hers).await;
            assert_eq!((me.body.as_str(), me.cookies().len()), ("7", 1));
            assert!(plain(&app, "/me", "session=x").await.clears_cookie());
        },
    );
}

#[test]
fn the_endpoints_answer_by_what_is_configured() {
    alone(
        "layers::the_endpoints_answer_by_what_is_configured",
        async || {
            let app: Router = Router::<Auth>::new()
                .merge(Auth::global().router())
                .with_state(Auth::global());
            let auth = local(|builder| {
                builder.credentials(Credentials::new(async |_: CredentialsInput| {
                    Ok::<Option<User>, std::io::Error>(None)
                }))
            });
            let hers = cookie(
                &auth,
                "session",
                User::new("7").with_email("ada@example.com"),
            )
            .await;
            configure_auth_runtime(&auth);
            let session = visit(&app, "/api/auth/session", &hers).await;
            assert_eq!(session.status, 200, "{session:?}");
            assert!(session.body.contains("ada@example.com"), "{session:?}");
            let providers = send(&app, portcullis_tests::get("/api/auth/providers")).await;
            assert!(providers.body.contains("credentials"), "{providers:?}");
            let csrf = send(&app, portcullis_tests::get("/api/auth/csrf")).await;
            assert!(csrf.body.contains("csrfToken"), "{csrf:?}");
        },
    );
}

#[test]
fn the_access_matrix_says_who_decides() {
    alone("layers::the_access_matrix_says_who_decides", async || {
        let words = "by Auth::global()";
        let app = app();
        for entry in app.access_matrix().entries() {
            let is_said = entry.options().iter().any(|option| option == words);
            assert!(is_said, "{} {}", entry.path(), entry.options().join(", "));
        }
        assert!(app.access_matrix().to_markdown().contains(words));
        let own: Router = Router::<Auth>::new()
            .route("/inside", route_get(inside))
            .with_state(local(|builder| builder));
        assert!(!own.access_matrix().to_markdown().contains(words));
    });
}
