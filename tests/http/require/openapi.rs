//! What OpenAPI documents say of operations behind a layer.

use portcullis::routing::{get as route_get, post as route_post};
use portcullis::{Auth, Router, authorized, guard, public};
use portcullis_tests::builder;
use serde_json::{Value, json};
use utoipa::OpenApi;

#[public(reason = "the layer around it asks")]
#[utoipa::path(get, path = "/part/open", responses((status = 200)))]
async fn open() {}

#[public(cross_site, reason = "the layer around it asks")]
#[utoipa::path(post, path = "/part/hook/{id}", responses((status = 200)))]
async fn hook() {}

#[authorized(any(role = "editor", scope = "edit"), via = bearer)]
#[utoipa::path(get, path = "/part/edit", responses((status = 200)))]
async fn edit() {}

#[public(reason = "a test")]
#[utoipa::path(get, path = "/out", responses((status = 200)))]
async fn out() {}

#[derive(OpenApi)]
#[openapi(paths(open, hook, edit, out))]
struct Documented;

fn secured(layer: impl FnOnce(&Auth) -> portcullis::RequireLayer) -> Value {
    let auth = builder(&Default::default()).build().expect("usable");
    let part = Router::<Auth>::new()
        .route("/open", route_get(open))
        .route("/hook/{number}", route_post(hook))
        .route("/edit", route_get(edit))
        .layer(layer(&auth));
    let router = Router::new()
        .nest("/part", part)
        .route("/out", route_get(out));
    let mut document = Documented::openapi();
    router.access_matrix().secure(&mut document, &auth);
    serde_json::to_value(document).expect("JSON")["paths"].take()
}

fn statuses(operation: &Value) -> Vec<&str> {
    let responses = operation["responses"].as_object().expect("responses");
    responses.keys().map(String::as_str).collect()
}

#[test]
fn an_operation_asks_for_what_its_layers_and_its_guard_ask() {
    let paths = secured(|auth| auth.require(guard!(scope = "part")));
    let both = json!([{ "bearer": ["part"] }, { "session": ["part"] }]);
    for (path, method, security, required, answers) in [
        (
            "/part/open",
            "get",
            both.clone(),
            Some("scope part"),
            &["200", "400", "401", "403"][..],
        ),
        (
            "/part/hook/{id}",
            "post",
            both,
            Some("scope part"),
            &["200", "400", "401", "403"],
        ),
        (
            "/part/edit",
            "get",
            json!([{ "bearer": ["part"] }]),
            Some("scope part and (role editor or scope edit)"),
            &["200", "400", "401", "403"],
        ),
        ("/out", "get", json!([]), None, &["200"]),
    ] {
        let operation = &paths[path][method];
        assert_eq!(operation["security"], security, "{path}");
        assert_eq!(operation["x-required"].as_str(), required, "{path}");
        assert_eq!(statuses(operation), answers, "{path}");
    }
}

#[test]
fn a_layer_asks_nothing_of_what_it_skips() {
    let paths = secured(|auth| auth.require_session().skip("/part/hook"));
    let hook = &paths["/part/hook/{id}"]["post"];
    assert_eq!(
        (&hook["security"], statuses(hook)),
        (&json!([]), vec!["200"])
    );
    let open = &paths["/part/open"]["get"];
    assert_eq!(open["x-required"], "any signed-in user");
    let edit = &paths["/part/edit"]["get"];
    assert_eq!(edit["x-required"], "role editor or scope edit");
}
