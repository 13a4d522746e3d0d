//! Attributes on `impl` blocks and modules.

use http::StatusCode;
use portcullis::routing::get;
use portcullis::{Auth, Router, authorized, helper, protected, public};

use crate::{App, Role, somebody, with_role};

struct Api;

#[protected]
impl Api {
    async fn list() -> String {
        Self::render("list").await
    }

    #[authorized(role = "editor")]
    async fn write() {}

    #[public(overrides, reason = "the load balancer has no account")]
    async fn health() {}

    #[helper]
    async fn render(what: &str) -> String {
        what.to_owned()
    }
}

#[authorized(role = "viewer")]
mod staff {
    use super::{authorized, public};

    pub(super) async fn index() {}

    #[authorized(role = "admin")]
    pub(super) async fn accounts() {}

    #[public(overrides, reason = "a test")]
    pub(super) async fn open() {}

    pub(super) mod deep {
        pub(in super::super) async fn inner() {}
    }
}

fn app() -> App {
    App::new(
        Router::<Auth>::new()
            .route("/list", get(Api::list))
            .route("/write", get(Api::write))
            .route("/health", get(Api::health))
            .route("/staff", get(staff::index))
            .route("/staff/accounts", get(staff::accounts))
            .route("/staff/open", get(staff::open))
            .route("/staff/inner", get(staff::deep::inner)),
    )
}

#[tokio::test]
async fn a_container_guards_everything_in_it_and_its_rule_is_anded() {
    let app = app();
    let (ok, forbidden, refused) = (
        StatusCode::OK,
        StatusCode::FORBIDDEN,
        StatusCode::UNAUTHORIZED,
    );
    for (path, anonymous, nobody, viewer, editor, admin) in [
        ("/list", refused, ok, ok, ok, ok),
        ("/write", refused, forbidden, forbidden, ok, ok),
        ("/health", ok, ok, ok, ok, ok),
        ("/staff", refused, forbidden, ok, ok, ok),
        (
            "/staff/accounts",
            refused,
            forbidden,
            forbidden,
            forbidden,
            ok,
        ),
        ("/staff/open", ok, ok, ok, ok, ok),
        ("/staff/inner", refused, forbidden, ok, ok, ok),
    ] {
        let stranger = portcullis_tests::send(&app.router, portcullis_tests::get(path)).await;
        assert_eq!(stranger.status, anonymous, "{path} for a stranger");
        for (user, status) in [
            (somebody(), nobody),
            (with_role(Role::Viewer), viewer),
            (with_role(Role::Editor), editor),
            (with_role(Role::Admin), admin),
        ] {
            let roles = user.roles.clone();
            assert_eq!(
                app.get(path, user).await.status,
                status,
                "{path} for {roles:?}"
            );
        }
    }
    let only_admin = somebody().with_roles(["admin"]);
    assert_eq!(
        app.get("/staff/accounts", only_admin).await.status,
        ok,
        "admins are viewers too"
    );
}

#[test]
fn the_matrix_names_the_type_and_the_whole_rule() {
    let app = app();
    let entries = app.router.access_matrix().entries();
    let entry = |path| {
        entries
            .iter()
            .find(|entry| entry.path() == path)
            .expect("an entry")
    };
    assert_eq!(
        entry("/write").handler(),
        Some("rules::containers::Api::write")
    );
    assert_eq!(
        entry("/staff/inner").handler(),
        Some("rules::containers::staff::deep::inner")
    );
    assert_eq!(
        entry("/staff/accounts").rule(),
        "role viewer and role admin"
    );
    assert_eq!(
        entry("/health").rule(),
        "public: the load balancer has no account"
    );
}
