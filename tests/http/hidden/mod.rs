//! Handlers that do not admit that they are there: for who may not pass, their path is one that the
//! application does not know.

mod behind;
mod leaving;
mod shapes;
mod socket;
mod table;

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::{NestedPathRejection, RawPathParamsRejection};
use axum::extract::{MatchedPath, NestedPath, OriginalUri, RawPathParams, Request, State};
use axum::middleware::{FromFnLayer, Next, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode};
use portcullis::routing::{any, get as route_get};
use portcullis::{Auth, Router, Session, User, authorized, public};
use portcullis_tests::{Answer, FakeClock, Untouchable, builder, get, post, read, send};
use tower::{Service, ServiceExt};

#[authorized(role = "admin", deny = not_found)]
async fn secret() -> &'static str {
    "secret"
}

#[authorized(role = "admin", deny = not_found)]
async fn read_all(body: String) -> String {
    body
}

/// What axum notes about the way to a handler.
type Way = (
    OriginalUri,
    Option<MatchedPath>,
    Result<NestedPath, NestedPathRejection>,
    Result<RawPathParams, RawPathParamsRejection>,
);

/// Tells everything that it knows of the request.
#[public(reason = "there is nothing to protect")]
async fn missing(
    (OriginalUri(original), matched, nested, parameters): Way,
    touched: Option<Extension<Touched>>,
    session: Option<Session>,
    request: Request,
) -> impl IntoResponse {
    let (parts, body) = request.into_parts();
    let (method, uri, version) = (parts.method, parts.uri, parts.version);
    let who = session.map(|session| session.user_id().to_owned());
    let nested = nested.map(|nested| nested.as_str().to_owned());
    let cookie = parts.headers.contains_key("cookie");
    let layers: Vec<_> = parts.headers.get_all("x-layer").iter().collect();
    let body = axum::body::to_bytes(body, 0).await;
    let text = format!(
        "{method} {uri} {version:?} {original}: nothing here for {who:?}, {matched:?} {nested:?} {parameters:?} \
         {touched:?} {cookie} {layers:?} {body:?}"
    );
    (StatusCode::NOT_FOUND, [("x-own", "yes")], text)
}

#[public(reason = "there is nothing to protect")]
async fn missing_below() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "nothing below")
}

/// What a layer left in the extensions of a request.
#[derive(Debug, Clone)]
#[expect(dead_code, reason = "it is printed")]
struct Touched(&'static str);

type Touch =
    fn(State<&'static str>, Request, Next) -> Pin<Box<dyn Future<Output = Response> + Send>>;

/// A layer that changes the request and the response.
fn touch(name: &'static str) -> FromFnLayer<Touch, &'static str, (State<&'static str>, Request)> {
    from_fn_with_state(name, |State(name), mut request, next| {
        Box::pin(async move {
            let value = HeaderValue::from_static(name);
            request.headers_mut().append("x-layer", value.clone());
            request.extensions_mut().insert(Touched(name));
            let mut response = next.run(request).await;
            response.headers_mut().append("x-layer", value);
            response
        })
    })
}

fn auth() -> Auth {
    builder(&FakeClock::default()).build().expect("usable")
}

/// The cookie of somebody who is no admin.
async fn cookie(auth: &Auth) -> String {
    let signed_in = auth.sign_in(User::new("7")).await.expect("signed in");
    format!("session={}", signed_in.expose_token())
}

/// Asks any service, as somebody who is no admin.
async fn ask<T>(app: &T, auth: &Auth, request: http::request::Builder) -> Answer
where
    T: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    ask_with(app, auth, request, Body::empty()).await
}

async fn ask_with<T>(app: &T, auth: &Auth, request: http::request::Builder, body: Body) -> Answer
where
    T: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    let request = request.header("cookie", cookie(auth).await).body(body);
    sent(app, request.expect("a request")).await
}

async fn sent<T>(app: &T, request: Request) -> Answer
where
    T: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    let response = app.clone().oneshot(request).await;
    read(response.expect("an answer")).await
}

/// Asks for a path that is hidden and for one that is not there, which is as long, by several
/// methods, and compares everything but the path. Gives the answer to `GET`.
async fn assert_hidden<T>(app: &T, auth: &Auth, hidden: &str, absent: &str) -> Answer
where
    T: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    assert_eq!(hidden.len(), absent.len(), "so are their answers");
    for method in [Method::POST, Method::HEAD, Method::DELETE, Method::OPTIONS] {
        assert_same(app, auth, &method, [hidden, absent]).await;
    }
    assert_same(app, auth, &Method::GET, [hidden, absent]).await
}

async fn assert_same<T>(app: &T, auth: &Auth, method: &Method, paths: [&str; 2]) -> Answer
where
    T: Service<Request, Response = Response, Error = Infallible> + Clone,
{
    // One visitor asks for both.
    let cookie = cookie(auth).await;
    let ask = async |path: &str| {
        let request = Request::builder().method(method).uri(format!("{path}?x=1"));
        let request = request.header("cookie", &cookie).body(Body::empty());
        sent(app, request.expect("a request")).await
    };
    let [hidden, absent] = [ask(paths[0]).await, ask(paths[1]).await];
    let context = format!("{method} {}", paths[0]);
    assert_eq!(hidden.status, absent.status, "{context}");
    // In their order, as they are sent.
    let headers = [&hidden, &absent].map(|answer| format!("{:?}", answer.headers));
    assert_eq!(headers[0], headers[1], "{context}");
    assert_eq!(hidden.body, renamed(&absent.body), "{context}");
    hidden
}

/// The answer to what is not there, as if it were about what is hidden.
fn renamed(absent: &str) -> String {
    absent.replace("absent", "secret")
}

#[tokio::test]
async fn who_may_not_pass_gets_the_applications_own_answer_to_what_is_not_there() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", any(secret))
        .fallback(missing)
        .layer(touch("all"))
        .with_state(auth.clone());
    let hidden = assert_hidden(&app, &auth, "/secret", "/absent").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(hidden.header("x-layer"), "all");
    assert!(hidden.body.contains(r#"nothing here for Some("7")"#));
    let anonymous = send(&app, get("/secret")).await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
    let admin = auth.sign_in(User::new("1").with_roles(["admin"])).await;
    let cookie = format!("session={}", admin.expect("signed in").expose_token());
    let shown = send(&app, get("/secret").header("cookie", cookie)).await;
    assert_eq!((shown.status, &*shown.body), (StatusCode::OK, "secret"));
}

#[tokio::test]
async fn without_a_fallback_the_answer_is_the_routers_own() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", any(secret))
        .with_state(auth.clone());
    let hidden = assert_hidden(&app, &auth, "/secret", "/absent").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert!(hidden.headers.is_empty(), "{hidden:?}");
    assert!(hidden.body.is_empty());
}

#[tokio::test]
async fn the_body_of_a_hidden_request_is_never_read() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", route_get(secret).post(read_all))
        .fallback(missing)
        .with_state(auth.clone());
    let hidden = ask_with(&app, &auth, post("/secret"), Body::new(Untouchable)).await;
    assert!(hidden.body.starts_with("POST /secret"), "{hidden:?}");
}

#[tokio::test]
async fn a_layer_sees_twice_what_is_hidden_and_once_what_is_not() {
    #[public(reason = "it is known to be there")]
    async fn known() {}
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", any(secret))
        .route("/secret/known", any(known))
        .layer(map_request(async |request: Request| {
            SEEN.fetch_add(1, Ordering::Relaxed);
            request
        }))
        .with_state(auth.clone());
    for (path, times) in [("/secret", 2), ("/secret/known", 1), ("/absent", 1)] {
        ask(&app, &auth, get(path)).await;
        assert_eq!(SEEN.swap(0, Ordering::Relaxed), times, "{path}");
    }
}

#[authorized(role = "admin", deny = not_found)]
async fn secret_fallback() -> &'static str {
    "everything"
}

#[tokio::test]
async fn a_fallback_that_hides_itself_is_simply_not_there() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", any(secret))
        .fallback(secret_fallback)
        .layer(touch("all"))
        .with_state(auth.clone());
    let hidden = assert_hidden(&app, &auth, "/secret", "/absent").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert!(hidden.body.is_empty());
}

#[authorized(role = "editor")]
async fn guarded_fallback() -> &'static str {
    "everything"
}

#[tokio::test]
async fn a_fallback_with_a_guard_decides_for_itself() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/secret", any(secret))
        .fallback(guarded_fallback)
        .with_state(auth.clone());
    let hidden = assert_hidden(&app, &auth, "/secret", "/absent").await;
    assert_eq!(hidden.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_session_that_is_due_is_refreshed_as_anywhere_else() {
    let clock = FakeClock::default();
    let auth = builder(&clock).build().expect("usable");
    let hiding = || Router::new().route("/secret", any(secret));
    let silent: Router = hiding().with_state(auth.clone());
    let asking: Router = hiding().fallback(missing).with_state(auth.clone());
    let cookie = cookie(&auth).await;
    clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    for (app, refreshed) in [(silent, 0), (asking, 1)] {
        for path in ["/secret", "/absent"] {
            let answer = send(&app, get(path).header("cookie", &cookie)).await;
            assert_eq!(answer.cookies().len(), refreshed, "{path}");
        }
    }
}
