//! OpenAPI documents made from the access matrix.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::{Json, body::Bytes};
use portcullis::routing::{any, get, post};
use portcullis::{Auth, Router, Session, SqliteStore, User, authorized, guard, protected, public};
use portcullis_tests::{FakeClock, builder};
use serde_json::{Value, json};
use utoipa::OpenApi;

#[public(reason = "a test")]
#[utoipa::path(get, path = "/open", responses((status = 200)))]
async fn open() {}

#[public(reason = "a test")]
#[utoipa::path(post, path = "/feedback", responses((status = 200)))]
async fn feedback() {}

#[public(cross_site, reason = "it checks the signature")]
#[utoipa::path(post, path = "/webhook", security(("signature" = [])), responses((status = 200)))]
async fn webhook() {}

#[protected]
#[utoipa::path(get, path = "/me", responses((status = 200)))]
async fn me(session: Session) -> Json<Session> {
    Json(session)
}

#[authorized(
    scope = "posts:read",
    any(all(scope = "posts:write", role = "editor"), all(scope = "posts:write", scope = "admin")),
    via = bearer
)]
#[utoipa::path(
    put,
    path = "/posts/{id}",
    params(("id" = i64, Path)),
    request_body = String,
    responses((status = 200), (status = 403, description = "Our own words."))
)]
async fn edit(State(_): State<Auth>, Path(id): Path<i64>, body: Bytes) -> String {
    format!("{id} {body:?}")
}

#[authorized(any(scope = "posts:read", role = "admin"), deny = not_found, via = cookie)]
#[utoipa::path(get, path = "/files/{rest}", responses((status = 200)))]
async fn file() {}

#[protected(fresh = "15m")]
#[utoipa::path(get, path = "/careful", responses((status = 200)))]
async fn careful() {}

/// Below a service.
#[utoipa::path(get, path = "/reports/{year}", responses((status = 200)))]
async fn _report() {}

/// Without a route of its own.
#[utoipa::path(get, path = "/nowhere", responses((status = 200)))]
async fn _nowhere() {}

#[derive(OpenApi)]
#[openapi(paths(open, feedback, webhook, me, edit, file, careful, _report, _nowhere))]
struct Documented;

fn router() -> Router<Auth> {
    let reports = tower::service_fn(|_: axum::extract::Request| async { Ok::<_, Infallible>(()) });
    Router::new()
        .route("/open", get(open))
        .route("/feedback", any(feedback))
        .route("/webhook", post(webhook))
        .route("/me", get(me))
        .nest(
            "/posts",
            Router::new().route("/{number}", any(open).put(edit)),
        )
        .route("/files/{*path}", get(file))
        .route("/careful", get(careful))
        .public_service("/", "the web site", reports)
        .guarded_service("/reports", guard!(role = "admin"), reports)
}

fn secured(auth: &Auth) -> Value {
    let mut document = Documented::openapi();
    router().access_matrix().secure(&mut document, auth);
    serde_json::to_value(document).expect("JSON")
}

fn auth() -> Auth {
    builder(&FakeClock::default()).build().expect("usable")
}

/// The statuses that an operation answers.
fn statuses(operation: &Value) -> Vec<&str> {
    let responses = operation["responses"].as_object().expect("responses");
    responses.keys().map(String::as_str).collect()
}

#[test]
fn every_operation_says_what_its_guard_asks_for() {
    let document = secured(&auth());
    for (path, method, security, required, answers) in [
        ("/open", "get", json!([]), None, &["200"][..]),
        ("/feedback", "post", json!([]), None, &["200", "403"]),
        (
            "/webhook",
            "post",
            json!([{ "signature": [] }]),
            None,
            &["200"],
        ),
        (
            "/me",
            "get",
            json!([{ "bearer": [] }, { "session": [] }]),
            Some("any signed-in user"),
            &["200", "400", "401"],
        ),
        (
            "/posts/{id}",
            "put",
            json!([{ "bearer": ["posts:read", "posts:write"] }]),
            Some(
                "scope posts:read and ((scope posts:write and role editor) or \
                 (scope posts:write and scope admin))",
            ),
            &["200", "400", "401", "403"],
        ),
        (
            "/files/{rest}",
            "get",
            json!([{ "session": [] }]),
            Some("scope posts:read or role admin"),
            &["200", "401", "404"],
        ),
        (
            "/careful",
            "get",
            json!([{ "bearer": [] }, { "session": [] }]),
            Some("any signed-in user"),
            &["200", "400", "401", "403"],
        ),
        (
            "/reports/{year}",
            "get",
            json!([{ "bearer": [] }, { "session": [] }]),
            Some("role admin"),
            &["200", "400", "401", "403"],
        ),
        ("/nowhere", "get", json!([]), None, &["200"]),
    ] {
        let operation = &document["paths"][path][method];
        assert_eq!(operation["security"], security, "{path}");
        assert_eq!(operation["x-required"].as_str(), required, "{path}");
        assert_eq!(statuses(operation), answers, "{path}");
    }
}

#[test]
fn refusals_are_problems_and_hidden_ones_are_the_application_s_own() {
    let document = secured(&auth());
    let answer = |path: &str, method: &str, status: &str| {
        document["paths"][path][method]["responses"][status].clone()
    };
    assert_eq!(
        answer("/me", "get", "401")["content"],
        json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Refusal" } } })
    );
    assert_eq!(
        answer("/me", "get", "400")["content"],
        answer("/me", "get", "401")["content"]
    );
    assert_eq!(
        answer("/files/{rest}", "get", "404")["content"],
        Value::Null
    );
    assert_eq!(
        answer("/posts/{id}", "put", "403")["description"],
        "Our own words."
    );
    let refusal = &document["components"]["schemas"]["Refusal"];
    assert_eq!(
        refusal["required"],
        json!(["type", "title", "status", "code", "detail"])
    );
}

#[test]
fn the_schemes_are_those_of_the_configuration() {
    let schemes = |auth: &Auth| secured(auth)["components"]["securitySchemes"].clone();
    let bearer = json!({ "type": "http", "scheme": "bearer" });
    let cookie = |name| json!({ "type": "apiKey", "in": "cookie", "name": name, "description": "The session." });
    assert_eq!(
        schemes(&auth()),
        json!({ "bearer": bearer, "session": cookie("session") })
    );
    let https = builder(&FakeClock::default()).origin("https://app.example");
    assert_eq!(
        schemes(&https.build().expect("usable")),
        json!({ "bearer": bearer, "session": cookie("__Host-session") })
    );
}

#[tokio::test]
async fn a_store_may_be_unavailable() {
    let store = SqliteStore::in_memory().await.expect("memory");
    let auth = builder(&FakeClock::default()).store(store).build();
    let document = secured(&auth.expect("usable"));
    let of = |path: &str| statuses(&document["paths"][path]["get"]);
    assert_eq!(of("/me"), ["200", "400", "401", "503"]);
    assert_eq!(of("/open"), ["200"]);
}

#[test]
fn so_may_be_who_is_asked_for_users() {
    let nobody = async || Ok::<Option<User>, Infallible>(None);
    let rechecking = builder(&FakeClock::default())
        .recheck_user(Duration::from_secs(60), move |_| nobody())
        .build();
    let document = secured(&rechecking.expect("usable"));
    let of = |path: &str| statuses(&document["paths"][path]["get"]);
    assert_eq!(of("/me"), ["200", "400", "401", "503"]);
    assert_eq!(of("/open"), ["200"]);
}

#[test]
fn the_guard_is_no_parameter() {
    let document = secured(&auth());
    assert_eq!(document["paths"]["/me"]["get"].get("parameters"), None);
    let edit = &document["paths"]["/posts/{id}"]["put"];
    assert_eq!(edit["parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(edit["parameters"][0]["name"], "id");
    let media_types = edit["requestBody"]["content"].as_object();
    assert_eq!(media_types.map(|types| types.len()), Some(1));
    assert!(!document.to_string().contains("uard"), "{document}");
}

#[test]
fn what_is_not_routed_is_left_alone() {
    let mut document = Documented::openapi();
    let routes: Router<Auth> = Router::new()
        .route("/me", post(open))
        .merge_undeclared(axum::Router::new(), "who knows");
    let before = serde_json::to_value(&document.paths).expect("JSON");
    routes.access_matrix().secure(&mut document, &auth());
    assert_eq!(serde_json::to_value(&document.paths).expect("JSON"), before);
}

#[test]
fn securing_twice_changes_nothing() {
    let mut document = Documented::openapi();
    router().access_matrix().secure(&mut document, &auth());
    let once = serde_json::to_value(&document).expect("JSON");
    router().access_matrix().secure(&mut document, &auth());
    assert_eq!(serde_json::to_value(&document).expect("JSON"), once);
}
