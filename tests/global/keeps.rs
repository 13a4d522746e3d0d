//! A request keeps what was configured when it began.

use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use http::request::Parts;
use portcullis::routing::post as route_post;
use portcullis::{
    Auth, AuthError, Router, Session, SqliteStore, User, configure_auth_runtime,
    get_server_session, get_token, protected,
};
use portcullis_tests::alone::alone;
use portcullis_tests::{post, send};

use crate::app::{OTHER_SECRET, cookie, local, visit};

/// What is configured in the middle of a request.
#[derive(Debug, Clone)]
struct Next(Auth);

#[derive(Debug, Clone)]
struct AppState {
    next: Next,
}

impl axum::extract::FromRef<AppState> for Auth {
    fn from_ref(_: &AppState) -> Self {
        Self::global()
    }
}

impl axum::extract::FromRef<AppState> for Next {
    fn from_ref(state: &AppState) -> Self {
        state.next.clone()
    }
}

#[protected]
async fn looks(
    State(Next(next)): State<Next>,
    State(auth): State<Auth>,
    session: Session,
    parts: Parts,
) -> String {
    configure_auth_runtime(&next);
    let here = auth.get_server_session(&parts).await.expect("known");
    let free = get_server_session(&parts).await.expect("known");
    let token = get_token(&parts).await.expect("known").expect("valid");
    // Headers alone are of no request: whoever asks gets what is configured by now.
    let headers = get_server_session(&parts.headers).await.expect("known");
    let id = |session: Option<portcullis::ServerSession>| {
        session.map_or("nobody".to_owned(), |session| {
            session.session().user_id().to_owned()
        })
    };
    let still_valid = session.still_valid().await.expect("known");
    let asked = [id(here), id(free), token.sub().to_owned(), id(headers)].join(" ");
    format!("{} {asked} {still_valid}", session.user_id())
}

#[protected]
async fn signs_out(
    State(Next(next)): State<Next>,
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    configure_auth_runtime(&next);
    Ok((auth.sign_out(&session).await?, "bye"))
}

#[protected]
async fn rotates(
    State(Next(next)): State<Next>,
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    configure_auth_runtime(&next);
    Ok((auth.rotate(&session).await?, "rotated"))
}

#[protected]
async fn updates(
    State(Next(next)): State<Next>,
    State(auth): State<Auth>,
    session: Session,
) -> Result<impl IntoResponse, AuthError> {
    configure_auth_runtime(&next);
    let user = User::new(session.user_id()).with_roles(["admin"]);
    Ok((auth.update(&session, user).await?, "updated"))
}

/// Two configurations that have nothing in common, and an application that replaces the first by the second
/// while it answers.
async fn changing() -> [(Auth, Auth, Router); 2] {
    let store = async || SqliteStore::in_memory().await.expect("memory");
    let stores = (store().await, store().await);
    let old =
        |builder: portcullis::AuthBuilder| builder.cookie_name("old").update_age(Duration::ZERO);
    let new = |builder: portcullis::AuthBuilder| {
        builder
            .cookie_name("new")
            .secret(OTHER_SECRET)
            .update_age(Duration::ZERO)
    };
    let signed = (local(old), local(new));
    let stored = (
        local(|builder| old(builder).store(stores.0)),
        local(|builder| new(builder).store(stores.1)),
    );
    [signed, stored].map(|(old, new)| {
        let state = AppState {
            next: Next(new.clone()),
        };
        let router = Router::new()
            .route("/looks", route_post(looks))
            .route("/signs-out", route_post(signs_out))
            .route("/rotates", route_post(rotates))
            .route("/updates", route_post(updates))
            .with_state(state);
        (old, new, router)
    })
}

/// Signs somebody in with both, and visits a path with both cookies.
async fn visited(
    (old, new, router): &(Auth, Auth, Router),
    path: &str,
) -> (portcullis_tests::Answer, String) {
    let hers = cookie(old, "old", User::new("hers")).await;
    let his = cookie(new, "new", User::new("his")).await;
    configure_auth_runtime(old);
    let request = post(path).header("cookie", format!("{hers}; {his}"));
    let answer = send(router, request).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    assert_eq!(
        visit(&crate::app::app(), "/me", &his).await.body,
        "his",
        "it was replaced"
    );
    (answer, hers)
}

async fn is_signed_in(auth: &Auth, cookie: &str) -> bool {
    let session = auth.get_server_session(&[("cookie", cookie)]).await;
    session.expect("known").is_some()
}

#[test]
fn whoever_asks_again_hears_the_same() {
    alone("keeps::whoever_asks_again_hears_the_same", async || {
        for application in changing().await {
            let (answer, _) = visited(&application, "/looks").await;
            assert_eq!(answer.body, "hers hers hers hers his true");
            // It is refreshed with what it was read by.
            let cookies = answer.cookies();
            assert_eq!(cookies.len(), 1, "{cookies:?}");
            assert!(cookies[0].starts_with("old="), "{cookies:?}");
        }
    });
}

#[test]
fn a_session_is_ended_where_it_was_found() {
    alone("keeps::a_session_is_ended_where_it_was_found", async || {
        for application in changing().await {
            let (answer, hers) = visited(&application, "/signs-out").await;
            assert_eq!(answer.cookies().len(), 1, "{answer:?}");
            assert!(answer.cookies()[0].starts_with("old=;"), "{answer:?}");
            assert!(!is_signed_in(&application.0, &hers).await);
        }
    });
}

#[test]
fn a_session_is_changed_where_it_was_found() {
    alone(
        "keeps::a_session_is_changed_where_it_was_found",
        async || {
            for application in changing().await {
                for path in ["/rotates", "/updates"] {
                    let (answer, hers) = visited(&application, path).await;
                    assert!(answer.cookie().starts_with("old="), "{path}: {answer:?}");
                    assert!(
                        is_signed_in(&application.0, &answer.cookie()).await,
                        "{path}"
                    );
                    assert!(!is_signed_in(&application.0, &hers).await, "{path}");
                    assert!(
                        !is_signed_in(&application.1, &answer.cookie()).await,
                        "{path}"
                    );
                }
            }
        },
    );
}
