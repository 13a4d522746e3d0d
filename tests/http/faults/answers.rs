//! What is answered to whom.

use std::time::Duration;

use axum::extract::State;
use http::{Method, Request, StatusCode};
use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{Auth, AuthBuilder, Pages, Router, User, authorized, protected};
use portcullis_tests::{Answer, FakeClock, builder, get, post, send};
use tower_http::cors::CorsLayer;

use crate::app::Runs;

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const JSON: &str = "application/json";

#[protected(redirect)]
async fn page(State(runs): State<Runs>) -> &'static str {
    runs.add();
    "page"
}

#[authorized(role = "admin")]
async fn admin(State(runs): State<Runs>) {
    runs.add();
}

#[authorized(scope = "x")]
async fn scoped(State(runs): State<Runs>) {
    runs.add();
}

#[authorized(any(role = "root", all(scope = "a", scope = "b")), not(role = "guest"))]
async fn nested(State(runs): State<Runs>) {
    runs.add();
}

#[protected(fresh = "5m", acr = "phr")]
async fn strong(State(runs): State<Runs>) {
    runs.add();
}

#[derive(Clone)]
struct AppState {
    auth: Auth,
    runs: Runs,
}

impl axum::extract::FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl axum::extract::FromRef<AppState> for Runs {
    fn from_ref(state: &AppState) -> Self {
        state.runs.clone()
    }
}

struct App {
    auth: Auth,
    clock: FakeClock,
    runs: Runs,
    router: Router,
}

impl App {
    fn new(configure: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        let (clock, runs) = (FakeClock::default(), Runs::default());
        let auth = configure(builder(&clock)).build().expect("usable");
        let state = AppState {
            auth: auth.clone(),
            runs: runs.clone(),
        };
        let router = Router::new()
            .route("/a", route_get(page).post(page))
            .route("/admin", route_get(admin))
            .route("/sorry", route_get(admin))
            .route("/scoped", route_post(scoped))
            .route("/nested", route_post(nested))
            .route("/strong", route_get(strong))
            .layer(
                CorsLayer::new()
                    .allow_origin(["https://spa.example".parse().expect("an origin")])
                    .allow_methods([Method::POST])
                    .allow_credentials(true),
            )
            .with_state(state);
        Self {
            auth,
            clock,
            runs,
            router,
        }
    }

    async fn send(&self, request: http::request::Builder) -> Answer {
        send(&self.router, request).await
    }

    async fn token(&self, user: User) -> String {
        let signed_in = self.auth.sign_in(user).await.expect("signed in");
        signed_in.expose_token().to_owned()
    }

    /// What every refusal has in common.
    fn refused(&self, answer: &Answer, status: StatusCode) {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(self.runs.count(), 0, "the handler did not run");
    }
}

fn vary(answer: &Answer) -> String {
    let values = answer.headers.get_all("vary").iter();
    let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
    values.join(", ")
}

#[tokio::test]
async fn row_01_no_credentials_and_a_program() {
    let app = App::new(|builder| builder);
    let answer = app.send(get("/a").header("accept", JSON)).await;
    app.refused(&answer, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.code(), "unauthenticated");
    assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="app""#);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.cookies().is_empty());
}

#[tokio::test]
async fn row_02_no_credentials_and_a_browser() {
    let app = App::new(|builder| builder);
    let answer = app.send(get("/a?x=1").header("accept", HTML)).await;
    app.refused(&answer, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.header("location"),
        "/sign-in?callbackUrl=%2Fa%3Fx%3D1"
    );
    let vary = vary(&answer);
    assert!(vary.contains("cookie") && vary.contains("accept"), "{vary}");
    assert!(answer.cookies().is_empty());
}

#[tokio::test]
async fn row_03_a_browser_that_posts() {
    let app = App::new(|builder| builder);
    let answer = app.send(post("/a").header("accept", HTML)).await;
    app.refused(&answer, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn row_04_head_on_a_guarded_get() {
    let app = App::new(|builder| builder);
    let head = || Request::head("/a").header("accept", JSON);
    let (refused, as_get) = (
        app.send(head()).await,
        app.send(get("/a").header("accept", JSON)).await,
    );
    app.refused(&refused, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.headers, as_get.headers);
    assert_eq!(refused.body, "");
    let cookie = format!("session={}", app.token(User::new("7")).await);
    let passed = app.send(head().header("cookie", &cookie)).await;
    let as_get = app.send(get("/a").header("cookie", &cookie)).await;
    assert_eq!((passed.status, passed.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(passed.headers, as_get.headers);
    assert_eq!(app.runs.count(), 2, "the guard let both in");
}

#[tokio::test]
async fn row_05_a_preflight_without_credentials() {
    let app = App::new(|builder| builder);
    let preflight = Request::options("/scoped")
        .header("origin", "https://spa.example")
        .header("access-control-request-method", "POST");
    let answer = app.send(preflight).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://spa.example"
    );
    assert_eq!(app.runs.count(), 0);
}

#[tokio::test]
async fn row_06_a_valid_session_with_the_wrong_role() {
    for (expose, told) in [(false, false), (true, true)] {
        let app = App::new(|builder| builder.expose_requirements(expose));
        let cookie = format!("session={}", app.token(User::new("7")).await);
        let answer = app.send(get("/admin").header("cookie", cookie)).await;
        app.refused(&answer, StatusCode::FORBIDDEN);
        assert_eq!(answer.code(), "forbidden");
        assert_eq!(answer.header("www-authenticate"), "");
        assert!(answer.cookies().is_empty());
        assert_eq!(answer.body.contains("role admin"), told, "{}", answer.body);
    }
}

#[tokio::test]
async fn row_07_the_wrong_role_in_a_browser_with_an_error_page() {
    let app = App::new(|builder| builder.pages(Pages::new().error("/sorry")));
    let cookie = format!("session={}", app.token(User::new("7")).await);
    let visit = |path| get(path).header("cookie", &cookie).header("accept", HTML);
    let answer = app.send(visit("/admin")).await;
    app.refused(&answer, StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sorry?error=AccessDenied");
    let in_a_circle = app.send(visit("/sorry")).await;
    app.refused(&in_a_circle, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn row_12_a_scope_is_missing() {
    let app = App::new(|builder| builder);
    for (path, user, challenge) in [
        (
            "/scoped",
            User::new("7"),
            Some(r#"error="insufficient_scope", scope="x""#),
        ),
        (
            "/nested",
            User::new("7").with_scopes(["a"]),
            Some(r#"error="insufficient_scope", scope="a b""#),
        ),
        ("/nested", User::new("7").with_roles(["guest"]), None),
    ] {
        let bearer = format!("Bearer {}", app.token(user).await);
        let answer = app.send(post(path).header("authorization", bearer)).await;
        app.refused(&answer, StatusCode::FORBIDDEN);
        let expected = challenge.map_or(String::new(), |parameters| {
            format!(r#"Bearer realm="app", {parameters}"#)
        });
        assert_eq!(answer.header("www-authenticate"), expected);
        let code = match challenge {
            Some(_) => "insufficient_scope",
            None => "forbidden",
        };
        assert_eq!(answer.code(), code);
    }
}

#[tokio::test]
async fn row_13_a_step_up_is_needed() {
    let app = App::new(|builder| builder);
    let bearer = format!("Bearer {}", app.token(User::new("7")).await);
    app.clock.advance(Duration::from_secs(5 * 60));
    let answer = app
        .send(get("/strong").header("authorization", bearer))
        .await;
    app.refused(&answer, StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.header("www-authenticate"),
        r#"Bearer realm="app", error="insufficient_user_authentication", acr_values="phr", max_age=300"#
    );
}
