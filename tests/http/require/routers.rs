//! Layers in strict routers: around routes, fallbacks, nested parts, and within stacks of other layers.

use http::{HeaderValue, StatusCode};
use portcullis::routing::get as route_get;
use portcullis::{Auth, ReturnTo, Router, User, authorized, guard, policy, protected, public};
use portcullis_tests::{Answer, builder, get, post, send};
use tower::ServiceBuilder;
use tower_http::cors::CorsLayer;

use super::{cookie, open};

fn auth() -> Auth {
    builder(&Default::default()).build().expect("usable")
}

async fn status(app: &Router, path: &str, cookie: &str) -> u16 {
    let answer = send(app, get(path).header("cookie", cookie)).await;
    answer.status.as_u16()
}

#[authorized(role = "admin")]
async fn admin() {}

#[public(reason = "what is not there")]
async fn missing() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "missing")
}

#[tokio::test]
async fn a_layer_guards_the_part_that_it_is_put_around() {
    let auth = auth();
    let part = Router::new()
        .route("/in", route_get(open))
        .layer(auth.require_session());
    let app: Router = Router::new()
        .nest("/nested", part.clone())
        .merge(part)
        .route("/out", route_get(open))
        .fallback(missing)
        .with_state(auth.clone());
    let cookie = cookie(&auth, User::new("7")).await;
    for (path, anonymous, signed_in) in [
        ("/nested/in", 401, 200),
        ("/in", 401, 200),
        ("/out", 200, 200),
        ("/nowhere", 404, 404),
    ] {
        assert_eq!(status(&app, path, "").await, anonymous, "{path}");
        assert_eq!(status(&app, path, &cookie).await, signed_in, "{path}");
    }
}

#[tokio::test]
async fn a_route_layer_leaves_the_fallback_alone() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/in", route_get(open))
        .fallback(missing)
        .route_layer(auth.require_session())
        .with_state(auth.clone());
    assert_eq!(status(&app, "/in", "").await, 401);
    assert_eq!(send(&app, get("/nowhere")).await.body, "missing");
    assert_eq!(
        send(&app, post("/in")).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn layers_and_guards_all_hold() {
    let auth = auth();
    let app: Router = Router::new()
        .route("/admin", route_get(admin))
        .layer(auth.require(guard!(permission = "mfa")))
        .layer(auth.require_session())
        .with_state(auth.clone());
    let user = User::new("7");
    let some = [
        (user.clone(), 403),
        (user.clone().with_roles(["admin"]), 403),
        (user.clone().with_permissions(["mfa"]), 403),
        (user.with_roles(["admin"]).with_permissions(["mfa"]), 200),
    ];
    for (user, expected) in some {
        let cookie = cookie(&auth, user).await;
        assert_eq!(status(&app, "/admin", &cookie).await, expected);
    }
}

#[tokio::test]
async fn a_layer_stands_in_stacks_and_behind_cors() {
    let auth = auth();
    let origin = HeaderValue::from_static("https://front.example");
    let cors = CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([http::Method::POST]);
    let stack = ServiceBuilder::new()
        .layer(cors)
        .layer(auth.require_session());
    let app: Router = Router::new()
        .route("/in", portcullis::routing::post(open))
        .layer(stack)
        .with_state(auth);
    let preflight = http::Request::options("/in")
        .header("origin", "https://front.example")
        .header("access-control-request-method", "POST");
    assert_eq!(send(&app, preflight).await.status, StatusCode::OK);
    assert_eq!(status(&app, "/in", "").await, 401);
}

#[tokio::test]
async fn what_a_layer_hides_is_not_there() {
    let auth = auth();
    let hidden = |auth: &Auth| auth.require(guard!(role = "admin", deny = not_found));
    let app: Router = Router::new()
        .route("/in", route_get(open))
        .route_layer(hidden(&auth))
        .fallback(missing)
        .with_state(auth.clone());
    let plain = axum::Router::new()
        .route("/in", axum::routing::get(async || "ran"))
        .layer(hidden(&auth));
    let cookie = cookie(&auth, User::new("7")).await;
    let answer = send(&app, get("/in").header("cookie", &cookie)).await;
    let absent = send(&app, get("/no").header("cookie", &cookie)).await;
    let seen = |answer: Answer| (answer.status, answer.headers, answer.body);
    assert_eq!(seen(answer), seen(absent));
    assert_eq!(status(&app, "/in", "").await, 401);
    let request = get("/in").header("cookie", &cookie);
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let answer = super::ask(plain, request).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (404, ""));
}

#[policy]
async fn comes_back(_session: &portcullis::Session, return_to: ReturnTo) -> bool {
    return_to.as_str() == "/home"
}

#[policy]
async fn is_open(
    _session: &portcullis::Session,
    axum::extract::State(shop): axum::extract::State<Shop>,
) -> bool {
    shop.is_open
}

#[derive(Clone)]
struct Shop {
    auth: Auth,
    is_open: bool,
}

impl axum::extract::FromRef<Shop> for Auth {
    fn from_ref(shop: &Shop) -> Self {
        shop.auth.clone()
    }
}

#[tokio::test]
async fn policies_are_asked_with_the_state_of_the_layer() {
    let auth = auth();
    let cookie = cookie(&auth, User::new("7")).await;
    let app: Router = Router::new()
        .route("/in", route_get(open))
        .layer(auth.require(guard!(policy = comes_back)))
        .with_state(auth.clone());
    assert_eq!(status(&app, "/in", &cookie).await, 403);
    assert_eq!(status(&app, "/in?callbackUrl=/home", &cookie).await, 200);
    for (is_open, expected) in [(true, 200), (false, 403)] {
        let shop = Shop {
            auth: auth.clone(),
            is_open,
        };
        let app: Router = Router::new()
            .route("/in", route_get(open))
            .layer(portcullis::RequireLayer::with_state(
                shop,
                guard!(policy = is_open),
            ))
            .with_state(auth.clone());
        assert_eq!(status(&app, "/in", &cookie).await, expected);
        assert_eq!(status(&app, "/in", "").await, 401);
    }
}

#[tokio::test]
async fn the_owner_of_what_a_path_names_passes() {
    let auth = auth();
    let part = Router::new()
        .route("/{user}/posts", route_get(open))
        .layer(auth.require(guard!(owner = "user")));
    let app: Router = Router::new().nest("/users", part).with_state(auth.clone());
    let cookie = cookie(&auth, User::new("7")).await;
    assert_eq!(status(&app, "/users/7/posts", &cookie).await, 200);
    assert_eq!(status(&app, "/users/8/posts", &cookie).await, 403);
}

#[protected]
async fn of_nobody() {}

#[test]
#[should_panic(expected = "`owner = \"user\"`")]
fn an_owner_that_no_path_names_is_refused_at_the_start() {
    let auth = auth();
    let _: Router = Router::new()
        .route("/posts", route_get(of_nobody))
        .layer(auth.require(guard!(owner = "user")))
        .with_state(auth);
}
