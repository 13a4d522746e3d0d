//! The access matrix: what is in it, and how it is shown.

mod committed;

use portcullis::routing::{any, get};
use portcullis::{Auth, Router, authorized, guard, protected, public};
use serde_json::json;

#[public(reason = "a test")]
async fn open() {}

#[public(cross_site, reason = "payments | <b>refunds</b>")]
async fn webhook() {}

#[protected]
async fn closed() {}

#[protected(redirect = "/door")]
async fn page() {}

#[authorized(role = "admin", fresh = "15m", acr = "phr", via = bearer, audit)]
async fn careful() {}

#[authorized(role = "admin")]
async fn admin() {}

#[authorized(claim("plan.name" = "gold"), deny = not_found, via = (cookie, bearer), live)]
async fn hidden() {}

#[authorized(claim("plan", "name" = "gold"))]
async fn nested_claim() {}

fn echo() -> impl tower::Service<
    axum::extract::Request,
    Response = (),
    Error = std::convert::Infallible,
    Future: Send,
> + Clone
+ Send
+ Sync
+ 'static {
    tower::service_fn(|_: axum::extract::Request| async { Ok(()) })
}

/// A router with an entry of every kind.
fn everything() -> Router<Auth> {
    let deep = Router::new()
        .public_service("/assets", " style sheets ", echo())
        .guarded_service("/reports", guard!(role = "admin", fresh = "1h"), echo())
        .merge_undeclared(axum::Router::new(), "the platform's probes")
        .fallback(closed)
        .method_not_allowed_fallback(open);
    let posts = Router::new()
        .route("/", get(open).post(admin))
        .route("/{id}", get(hidden).any(closed))
        .nest("/deep", deep);
    Router::new()
        .nest("/posts", posts)
        .route("/any", any(page))
        .route("/careful", get(careful))
        .route("/webhook", portcullis::routing::post(webhook))
        .merge_undeclared(axum::Router::new(), "health")
        .fallback(open)
        .method_not_allowed_fallback(closed)
}

#[test]
fn the_matrix_names_every_entry_with_its_full_path_rule_and_options() {
    let router = everything();
    let entries = router.access_matrix().entries().iter().map(|entry| {
        let (methods, path, rule) = (entry.methods(), entry.path(), entry.rule());
        format!("{methods} {path}: {rule} [{}]", entry.options().join(", "))
    });
    let expected = [
        "GET /posts: public: a test []",
        "POST /posts: role admin []",
        r#"GET /posts/{id}: claim "plan.name" = "gold" [deny = not_found, via cookie then bearer, live]"#,
        "* /posts/{id}: any signed-in user []",
        "* /posts/deep/assets/*: public: style sheets []",
        "* /posts/deep/reports/*: role admin [fresh 1h]",
        "* /posts/deep/*: undeclared: the platform's probes []",
        "* /posts/deep/*: any signed-in user []",
        "other methods /posts/deep/*: public: a test []",
        "* /any: any signed-in user [redirect /door]",
        "GET /careful: role admin [fresh 15m, acr phr, via bearer, audit]",
        "POST /webhook: public: payments | <b>refunds</b> [from any site]",
        "* *: undeclared: health []",
        "* *: public: a test []",
        "other methods *: any signed-in user []",
    ];
    assert_eq!(entries.collect::<Vec<_>>(), expected);
}

#[test]
fn an_entry_names_its_handler_place_and_reason() {
    let router = everything();
    let entries = router.access_matrix().entries();
    let told: Vec<_> = [1, 4, 5, 6]
        .map(|index: usize| (entries[index].handler(), entries[index].reason()))
        .to_vec();
    assert_eq!(
        told,
        [
            (Some("http::matrix::admin"), None),
            (None, Some("style sheets")),
            (None, None),
            (None, Some("the platform's probes")),
        ]
    );
    for (index, text) in [
        (1, "async fn admin"),
        (4, ".public_service("),
        (5, "guard!("),
        (6, ".merge_undeclared("),
    ] {
        let location = entries[index].location();
        let mut source = include_str!("mod.rs").lines();
        let line = source.nth(location.line() as usize - 1);
        assert!(
            location.file().ends_with("matrix/mod.rs") && line.expect("that line").contains(text),
            "{location}: {line:?}"
        );
    }
}

#[test]
fn two_claims_never_read_the_same() {
    let router: Router<Auth> = Router::new()
        .route("/one", get(hidden))
        .route("/two", get(nested_claim));
    let rules: Vec<_> = router
        .access_matrix()
        .entries()
        .iter()
        .map(|entry| entry.rule())
        .collect();
    assert_eq!(
        rules,
        [
            r#"claim "plan.name" = "gold""#,
            r#"claim plan.name = "gold""#
        ]
    );
}

#[test]
fn the_matrix_is_a_table_for_people() {
    let router: Router<Auth> = Router::new()
        .route("/careful", get(careful))
        .guarded_service("/any", guard!(), echo());
    let matrix = router.access_matrix();
    let [careful, any] = matrix.entries() else {
        panic!("{matrix}")
    };
    let careful = format!(
        "GET  /careful  role admin (fresh 15m, acr phr, via bearer, audit)  {}:{}  http::matrix::careful\n",
        file!(),
        careful.location().line()
    );
    let any = format!(
        "*    /any/*    any signed-in user{}  {}:{}\n",
        " ".repeat(32),
        file!(),
        any.location().line()
    );
    assert_eq!(matrix.to_string(), careful + &any);
}

#[test]
fn the_matrix_is_json_for_programs() {
    let router: Router<Auth> = Router::new()
        .route("/webhook", get(webhook))
        .merge_undeclared(axum::Router::new(), "health");
    let matrix = router.access_matrix();
    let lines: Vec<_> = matrix
        .entries()
        .iter()
        .map(|entry| entry.location().line())
        .collect();
    assert_eq!(
        serde_json::to_value(matrix).expect("JSON"),
        json!([
            {
                "methods": "GET",
                "path": "/webhook",
                "rule": "public: payments | <b>refunds</b>",
                "options": ["from any site"],
                "reason": "payments | <b>refunds</b>",
                "handler": "http::matrix::webhook",
                "file": file!(),
                "line": lines[0],
            },
            {
                "methods": "*",
                "path": "*",
                "rule": "undeclared: health",
                "options": [],
                "reason": "health",
                "file": file!(),
                "line": lines[1],
            },
        ])
    );
}

#[test]
fn the_matrix_is_markdown_for_reviewers() {
    let router: Router<Auth> = Router::new()
        .route("/webhook", get(webhook))
        .merge_undeclared(axum::Router::new(), "health");
    let file = file!();
    let expected = format!(
        "\
# Who may do what

Read from the guards of the program; a test compares it with them.

| Method | Path | Access | Options | Handler | File |
| --- | --- | --- | --- | --- | --- |
| GET | /webhook | public: payments \\| \\<b>refunds\\</b> | from any site | http::matrix::webhook | {file} |
| * | * | undeclared: health | | | {file} |
"
    );
    assert_eq!(router.access_matrix().to_markdown(), expected);
}
