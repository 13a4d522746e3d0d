//! Layers in the access matrix, so that none is forgotten and none is weakened unseen.

use portcullis::routing::get as route_get;
use portcullis::{Auth, Callbacks, Pages, Router, authorized, guard, public};
use portcullis_tests::builder;
use tower::ServiceBuilder;
use tower::util::option_layer;

use super::open;

#[authorized(role = "editor")]
async fn edit() {}

#[public(reason = "what is not there")]
async fn missing() {}

fn auth() -> Auth {
    builder(&Default::default()).build().expect("usable")
}

fn lines(router: &Router<Auth>) -> Vec<String> {
    let entries = router.access_matrix().entries().iter();
    let line = |entry: &portcullis::routing::MatrixEntry| {
        let options = entry.options().join(", ");
        format!(
            "{} {}: {} [{options}]",
            entry.methods(),
            entry.path(),
            entry.rule()
        )
    };
    entries.map(line).collect()
}

#[test]
fn every_layer_is_an_entry_with_its_full_path() {
    let auth = auth();
    let deep = Router::new().route("/", route_get(open)).layer(
        auth.require(guard!(role = "admin", fresh = "1h"))
            .without_redirect()
            .authorized(async |_, _| true),
    );
    let part = Router::new()
        .nest("/deep", deep)
        .route("/edit", route_get(edit))
        .route_layer(auth.require_session().skip("/part/public"));
    let stack = ServiceBuilder::new()
        .layer(option_layer(Some(auth.require(guard!(role = "staff")))))
        .layer(tower::layer::util::Identity::new());
    let pages = Pages::new().sign_in("/in").error("/sorry");
    let router = Router::new()
        .nest("/part", part.clone())
        .merge(part)
        .layer(stack)
        .fallback(missing)
        .layer(auth.require_session().pages(pages).skip_exact("/"));
    assert_eq!(
        lines(&router),
        [
            "GET /part/deep: public: the layer around it asks []",
            "layer /part/deep/*: role admin [fresh 1h, authorized, skips the endpoints at /api/auth]",
            "GET /part/edit: role editor []",
            "route layer /part/*: any signed-in user [redirect, skips the endpoints at /api/auth, skips /part/public/*]",
            "GET /deep: public: the layer around it asks []",
            "layer /deep/*: role admin [fresh 1h, authorized, skips the endpoints at /api/auth]",
            "GET /edit: role editor []",
            "route layer *: any signed-in user [redirect, skips the endpoints at /api/auth, skips /part/public/*]",
            "layer *: role staff [redirect, skips the endpoints at /api/auth]",
            "* *: public: what is not there []",
            "layer *: any signed-in user [redirect, sign-in page /in, error page /sorry, \
             skips the endpoints at /api/auth, skips /]",
        ]
    );
    let location = |index: usize| router.access_matrix().entries()[index].location();
    assert!(location(1).file().ends_with("require/matrix.rs"));
    assert!(location(3).line() > location(1).line());
    assert_eq!(router.access_matrix().entries()[3].handler(), None);
}

/// Says nothing, but could.
struct Silent;

impl Callbacks for Silent {}

#[test]
fn it_is_told_where_the_callbacks_decide() {
    let auth = builder(&Default::default()).callbacks(Silent);
    let auth = auth.build().expect("usable");
    let at = |layer| lines(&Router::new().route("/", route_get(open)).layer(layer));
    let end = "[redirect, skips the endpoints at /api/auth]";
    assert_eq!(
        at(auth.require_session())[1],
        "layer *: any signed-in user [redirect, or as `Callbacks::authorized` decides, \
         skips the endpoints at /api/auth]"
    );
    assert_eq!(
        at(auth.require(guard!()))[1],
        format!("layer *: any signed-in user {end}")
    );
}

#[test]
fn layers_of_others_are_no_entries() {
    let router: Router<Auth> = Router::new()
        .route("/", route_get(open))
        .layer(auth().layer())
        .layer(tower::layer::util::Identity::new());
    assert_eq!(router.access_matrix().entries().len(), 1);
}

#[test]
fn a_layer_is_committed_and_missed_when_it_is_gone() {
    let auth = auth();
    let with = |layer: Option<portcullis::RequireLayer>| -> Router<Auth> {
        let router = Router::new().route("/", route_get(open));
        match layer {
            Some(layer) => router.layer(layer),
            None => router,
        }
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("access.md");
    let committed = with(Some(auth.require_session()));
    std::fs::write(&file, committed.access_matrix().to_markdown()).expect("written");
    portcullis::assert_access_matrix!(committed, &file);
    for (layer, expected) in [
        (
            None,
            "layer *: gone, was any signed-in user (redirect, skips the endpoints at /api/auth)",
        ),
        (
            Some(auth.require_session().skip("/a")),
            "layer *: was any signed-in user (redirect, skips the endpoints at /api/auth), is any \
             signed-in user (redirect, skips the endpoints at /api/auth, skips /a/*)",
        ),
    ] {
        let router = with(layer);
        let matrix = router.access_matrix();
        let panic = std::panic::catch_unwind(|| {
            portcullis::assert_access_matrix!(matrix, &file);
        });
        let panic = panic.expect_err("a difference");
        let message = panic.downcast_ref::<String>().expect("a text");
        assert!(message.contains(expected), "{message}");
    }
}
