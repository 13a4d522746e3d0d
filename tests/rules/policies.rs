//! Rules about the object of a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::extract::{FromRef, Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use portcullis::routing::{get, put};
use portcullis::{Auth, Router, Session, User, authorized, guard, policy, protected};
use portcullis_tests::{Answer, FakeClock, Untouchable, builder, send};

#[derive(Debug, Clone, Default)]
struct Counts {
    owns: Arc<AtomicUsize>,
    other: Arc<AtomicUsize>,
    handler: Arc<AtomicUsize>,
}

#[derive(Debug, Clone)]
struct AppState {
    auth: Auth,
    counts: Counts,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Counts {
    fn from_ref(state: &AppState) -> Self {
        state.counts.clone()
    }
}

#[derive(Debug)]
enum AppError {
    NotFound,
    Redirect,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "no such post").into_response(),
            Self::Redirect => axum::response::Redirect::to("/elsewhere").into_response(),
        }
    }
}

/// Post 1 is user 7's, post 2 is somebody else's, 3 does not exist, and 4 fails in an odd way.
#[policy]
async fn owns_post(
    session: &Session,
    Path(id): Path<u32>,
    State(counts): State<Counts>,
) -> Result<bool, AppError> {
    counts.owns.fetch_add(1, Ordering::SeqCst);
    match id {
        1 => Ok(session.user_id() == "7"),
        2 => Ok(false),
        3 => Err(AppError::NotFound),
        _ => Err(AppError::Redirect),
    }
}

mod shared {
    use super::*;

    #[policy]
    pub(super) async fn is_open(_session: &Session, State(counts): State<Counts>) -> bool {
        counts.other.fetch_add(1, Ordering::SeqCst);
        false
    }

    #[policy]
    pub(super) async fn is_even(session: &Session) -> bool {
        session.user_id().ends_with(['0', '2', '4', '6', '8'])
    }
}

#[authorized(any(role = "admin", policy = owns_post))]
async fn edit(State(counts): State<Counts>, Path(id): Path<u32>, body: String) -> String {
    counts.handler.fetch_add(1, Ordering::SeqCst);
    format!("{id} {body}")
}

#[authorized(role = "editor", policy = owns_post)]
async fn publish() {}

#[authorized(
    any(policy = shared::is_open, policy = owns_post),
    not(all(policy = owns_post, policy = shared::is_open))
)]
async fn either() {}

#[authorized(role = "viewer", not(policy = owns_post))]
async fn others() {}

#[authorized(policy = shared::is_even)]
async fn even() {}

#[protected]
async fn may(
    session: Session,
    State(state): State<AppState>,
    mut parts: http::request::Parts,
) -> Result<String, portcullis::Refused> {
    let first = session.may_here(edit, &mut parts, &state).await?;
    let second = session.may_here(publish, &mut parts, &state).await?;
    Ok(format!("{first} {second}"))
}

struct App {
    router: Router,
    auth: Auth,
    counts: Counts,
}

impl App {
    fn new() -> Self {
        let auth = builder(&FakeClock::default()).build().expect("usable");
        let counts = Counts::default();
        let echo = tower::service_fn(|_: axum::extract::Request| async {
            Ok::<_, std::convert::Infallible>("service")
        });
        let router = Router::new()
            .route("/posts/{id}", put(edit).get(either))
            .route("/posts/{id}/publish", get(publish))
            .route("/posts/{id}/others", get(others))
            .route("/posts/{id}/may", get(may))
            .route("/even", get(even))
            .guarded_service("/files/{id}", guard!(policy = owns_post), echo)
            .with_state(AppState {
                auth: auth.clone(),
                counts: counts.clone(),
            });
        Self {
            router,
            auth,
            counts,
        }
    }

    async fn ask(&self, method: &str, path: &str, user: User) -> Answer {
        let signed_in = self.auth.sign_in(user).await.expect("signed in");
        let cookie = format!("session={}", signed_in.expose_token());
        let request = http::Request::builder().method(method).uri(path);
        send(&self.router, request.header("cookie", cookie)).await
    }

    fn asked(&self) -> (usize, usize) {
        let count = |counter: &AtomicUsize| counter.swap(0, Ordering::SeqCst);
        (count(&self.counts.owns), count(&self.counts.other))
    }
}

#[tokio::test]
async fn a_policy_decides_about_the_object() {
    let app = App::new();
    for (path, user, status) in [
        ("/posts/1", User::new(7), StatusCode::OK),
        ("/posts/1", User::new(8), StatusCode::FORBIDDEN),
        ("/posts/2", User::new(7), StatusCode::FORBIDDEN),
        (
            "/posts/2",
            User::new(7).with_roles(["admin"]),
            StatusCode::OK,
        ),
    ] {
        assert_eq!(app.ask("PUT", path, user).await.status, status, "{path}");
    }
    assert_eq!(
        app.ask("GET", "/even", User::new(8)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        app.ask("GET", "/even", User::new(7)).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        app.ask("GET", "/files/1", User::new(7)).await.body,
        "service"
    );
    assert_eq!(
        app.ask("GET", "/files/2", User::new(7)).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn cheap_rules_come_first_and_settle_it_where_they_can() {
    let app = App::new();
    app.ask("PUT", "/posts/1", User::new(7).with_roles(["admin"]))
        .await;
    app.ask("GET", "/posts/1/publish", User::new(7)).await;
    assert_eq!(
        app.asked(),
        (0, 0),
        "the role was enough, and the missing role was too"
    );
    app.ask(
        "GET",
        "/posts/1/publish",
        User::new(7).with_roles(["editor"]),
    )
    .await;
    assert_eq!(app.asked(), (1, 0));
}

#[tokio::test]
async fn a_policy_is_asked_at_most_once_a_request() {
    let app = App::new();
    let answer = app.ask("GET", "/posts/2", User::new(7)).await;
    assert_eq!(
        (answer.status, app.asked()),
        (StatusCode::FORBIDDEN, (1, 1))
    );
    let user = User::new(7).with_roles(["editor"]);
    let answer = app.ask("GET", "/posts/1/may", user).await;
    assert_eq!((answer.body.as_str(), app.asked()), ("true true", (1, 0)));
}

#[tokio::test]
async fn the_error_of_a_policy_is_the_answer_where_it_decides() {
    let app = App::new();
    let missing = app.ask("PUT", "/posts/3", User::new(7)).await;
    assert_eq!(
        (missing.status, missing.body.as_str()),
        (StatusCode::NOT_FOUND, "no such post")
    );
    let odd = app.ask("PUT", "/posts/4", User::new(7)).await;
    assert_eq!(
        odd.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "a failure is never a success"
    );
    let rejected = app.ask("PUT", "/posts/one", User::new(7)).await;
    assert_eq!(
        rejected.status,
        StatusCode::BAD_REQUEST,
        "its extractors' rejections as well"
    );
    let admin = app
        .ask("PUT", "/posts/3", User::new(7).with_roles(["admin"]))
        .await;
    assert_eq!(admin.status, StatusCode::OK, "nobody asked");
    let negated = app
        .ask(
            "GET",
            "/posts/3/others",
            User::new(7).with_roles(["viewer"]),
        )
        .await;
    assert_eq!(
        negated.status,
        StatusCode::NOT_FOUND,
        "unknown under not is unknown"
    );
    assert_eq!(app.counts.handler.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn nobody_is_asked_about_a_stranger_and_no_body_is_read() {
    let app = App::new();
    let request = || http::Request::put("/posts/1");
    let stranger =
        portcullis_tests::send_body(&app.router, request(), Body::new(Untouchable)).await;
    assert_eq!(
        (stranger.status, app.asked()),
        (StatusCode::UNAUTHORIZED, (0, 0))
    );
    let signed_in = app.auth.sign_in(User::new(8)).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    let request = request().header("cookie", cookie);
    let refused = portcullis_tests::send_body(&app.router, request, Body::new(Untouchable)).await;
    assert_eq!(
        (refused.status, app.asked()),
        (StatusCode::FORBIDDEN, (1, 0))
    );
}
