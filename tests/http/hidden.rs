//! Handlers that do not admit that they are there.

use axum::body::Body;
use axum::extract::OriginalUri;
use axum::response::IntoResponse;
use http::{Method, Request, StatusCode};
use portcullis::routing::get as route_get;
use portcullis::{Auth, Router, Session, User, authorized, public};
use portcullis_tests::{Answer, FakeClock, Untouchable, builder, get, post, read};
use tower::ServiceExt;

#[authorized(role = "admin", deny = not_found)]
async fn secret() -> &'static str {
    "secret"
}

#[authorized(role = "admin", deny = not_found)]
async fn read_all(body: String) -> String {
    body
}

#[public(reason = "there is nothing to protect")]
async fn missing(
    OriginalUri(uri): OriginalUri,
    method: Method,
    session: Option<Session>,
    body: String,
) -> impl IntoResponse {
    let who = session.map_or("nobody".to_owned(), |session| session.user_id().to_owned());
    let text = format!("{method} {uri}: nothing here for {who}{body}");
    (StatusCode::NOT_FOUND, [("x-own", "yes")], text)
}

#[public(reason = "there is nothing to protect")]
async fn missing_below() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "nothing below")
}

async fn asked(app: &Router, auth: &Auth, request: http::request::Builder) -> Answer {
    let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    let request = request
        .header("cookie", cookie)
        .body(Body::new(Untouchable));
    let response = app.clone().oneshot(request.expect("a request")).await;
    read(response.expect("an answer")).await
}

/// The same answer, but for what names the path.
fn is_the_same(hidden: &Answer, missing: &Answer, paths: (&str, &str)) {
    assert_eq!(hidden.status, missing.status);
    let headers = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("content-length");
        format!("{headers:?}")
    };
    assert_eq!(headers(hidden), headers(missing));
    assert_eq!(hidden.body, missing.body.replace(paths.1, paths.0));
}

fn auth() -> Auth {
    builder(&FakeClock::default()).build().expect("usable")
}

#[tokio::test]
async fn who_may_not_pass_gets_the_applications_own_answer_to_what_is_not_there() {
    let auth = auth();
    let app = Router::new()
        .route("/secret", route_get(secret).post(secret))
        .fallback(missing)
        .layer(axum::middleware::map_response(
            async |mut response: axum::response::Response| {
                let value = http::HeaderValue::from_static("1");
                response.headers_mut().append("x-layer", value);
                response
            },
        ))
        .with_state(auth.clone());
    for method in [Method::GET, Method::HEAD, Method::POST] {
        let request = |path| Request::builder().method(&method).uri(path);
        let hidden = send_empty(&app, &auth, request("/secret?x=1")).await;
        let absent = send_empty(&app, &auth, request("/absent?x=1")).await;
        is_the_same(&hidden, &absent, ("/secret", "/absent"));
        assert_eq!(hidden.headers.get_all("x-layer").iter().count(), 1);
    }
    let anonymous = portcullis_tests::send(&app, get("/secret")).await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
}

/// A request that whoever likes may read.
async fn send_empty(app: &Router, auth: &Auth, request: http::request::Builder) -> Answer {
    let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
    let cookie = format!("session={}", signed_in.expose_token());
    portcullis_tests::send(app, request.header("cookie", cookie)).await
}

#[tokio::test]
async fn without_a_fallback_the_answer_is_the_routers_own() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", route_get(secret))
        .with_state(auth.clone());
    let hidden = send_empty(&app, &auth, get("/secret")).await;
    let absent = send_empty(&app, &auth, get("/absent")).await;
    is_the_same(&hidden, &absent, ("/secret", "/absent"));
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert!(hidden.body.is_empty());
}

#[tokio::test]
async fn a_nested_router_answers_with_the_fallback_that_is_nearest() {
    let auth = auth();
    let hiding = || Router::new().route("/secret", route_get(secret));
    let app: Router = Router::new()
        .nest("/own", hiding().fallback(missing_below))
        .nest("/none", hiding())
        .nest("/finished", hiding().with_state(auth.clone()))
        .fallback(missing)
        .with_state(auth.clone());
    for prefix in ["/own", "/none", "/finished"] {
        let (secret, absent) = (format!("{prefix}/secret"), format!("{prefix}/absent"));
        let hidden = send_empty(&app, &auth, get(&secret)).await;
        let missing = send_empty(&app, &auth, get(&absent)).await;
        is_the_same(&hidden, &missing, (&secret, &absent));
        assert_eq!(
            hidden.body.contains("below"),
            prefix == "/own",
            "{hidden:?}"
        );
    }
}

#[tokio::test]
async fn the_body_of_a_hidden_request_is_never_read() {
    let auth = auth();
    let app = Router::new()
        .route("/secret", route_get(secret).post(read_all))
        .fallback(missing)
        .with_state(auth.clone());
    let hidden = asked(&app, &auth, post("/secret")).await;
    assert_eq!(hidden.body, "POST /secret: nothing here for 7");
}

#[authorized(role = "admin", deny = not_found)]
async fn secret_fallback() -> &'static str {
    "everything"
}

#[tokio::test]
async fn a_fallback_that_hides_itself_is_simply_not_there() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", route_get(secret))
        .fallback(secret_fallback)
        .with_state(auth.clone());
    for path in ["/secret", "/absent"] {
        let hidden = send_empty(&app, &auth, get(path)).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{path}");
        assert!(hidden.body.is_empty());
    }
}
