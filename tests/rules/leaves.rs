//! When each rule holds.

use http::StatusCode;
use portcullis::routing::get;
use portcullis::{Router, Session, User, authorized};
use serde_json::json;

use crate::{App, Permission, Role, somebody, with_role};

#[authorized(role = "editor")]
async fn editor() {}

#[authorized(role = Role::Editor)]
async fn editor_path() {}

#[authorized(role = any("banned", Role::Editor))]
async fn editor_list() {}

#[authorized(role = all("editor", "viewer"))]
async fn both() {}

#[authorized(permission = "post:write")]
async fn write() {}

#[authorized(permission = Permission::PostDelete)]
async fn delete() {}

#[authorized(permission = any("post:write", "post:delete"))]
async fn change() {}

#[authorized(role = "viewer", not(role = "banned"))]
async fn not_banned() {}

#[authorized(scope = "posts:read")]
async fn scope() {}

#[authorized(scope = all("posts:read", "posts:write"))]
async fn scopes() {}

#[authorized(
    any(all(role = "editor", role = "viewer"), role = "banned"),
    scope = "mfa"
)]
async fn mixed() {}

#[authorized(claim("plan" = "gold"))]
async fn gold() {}

#[authorized(claim("realm", "tier" = 3))]
async fn tier() {}

#[authorized(claim("level" = -1))]
async fn level() {}

#[authorized(claim("score" = 1.5))]
async fn score() {}

#[authorized(claim("beta" = true))]
async fn beta() {}

#[authorized(claim("emailVerified"))]
async fn verified() {}

#[authorized(claim("groups" contains "staff"))]
async fn staff() {}

#[authorized(role = "viewer", not(claim("suspended")))]
async fn not_suspended() {}

#[authorized(role = "viewer", not(claim("plan" = "free")))]
async fn not_free() {}

#[authorized(owner = "user_id")]
async fn own() {}

#[authorized(any(owner = "user_id", role = "admin"))]
async fn own_or_admin() {}

#[authorized(role = "viewer", not(owner = "user_id"))]
async fn not_own() {}

#[authorized(when = |session| session.user.email.as_deref().is_some_and(|email| email.ends_with("@example.org")))]
async fn colleague() {}

fn is_long(session: &Session) -> bool {
    session.user_id().len() > 3
}

#[authorized(when = is_long, not(when = |session| session.has_role("banned")))]
async fn long() {}

fn app() -> App {
    App::new(
        Router::new()
            .route("/editor", get(editor))
            .route("/editor-path", get(editor_path))
            .route("/editor-list", get(editor_list))
            .route("/both", get(both))
            .route("/write", get(write))
            .route("/delete", get(delete))
            .route("/change", get(change))
            .route("/not-banned", get(not_banned))
            .route("/scope", get(scope))
            .route("/scopes", get(scopes))
            .route("/mixed", get(mixed))
            .route("/gold", get(gold))
            .route("/tier", get(tier))
            .route("/level", get(level))
            .route("/score", get(score))
            .route("/beta", get(beta))
            .route("/verified", get(verified))
            .route("/staff", get(staff))
            .route("/not-suspended", get(not_suspended))
            .route("/not-free", get(not_free))
            .route("/users/{user_id}", get(own))
            .route("/any/{user_id}", get(own_or_admin))
            .route("/others/{user_id}", get(not_own))
            .route("/colleague", get(colleague))
            .route("/long", get(long)),
    )
}

async fn check(cases: impl IntoIterator<Item = (&str, User, bool)>) {
    let app = app();
    for (path, user, passes) in cases {
        let shown = serde_json::to_string(&user).expect("JSON");
        let expected = if passes {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(
            app.get(path, user).await.status,
            expected,
            "{path} for {shown}"
        );
    }
}

#[tokio::test]
async fn a_role_is_held_or_comes_with_one_that_is() {
    for path in ["/editor", "/editor-path", "/editor-list"] {
        check([
            (path, with_role(Role::Editor), true),
            (path, with_role(Role::Admin), true),
            (path, with_role(Role::Viewer), false),
            (path, somebody(), false),
            (path, somebody().with_roles(["wizard", "Editor"]), false),
            (path, somebody().with_permissions(["editor"]), false),
        ])
        .await;
    }
    check([
        ("/editor-list", with_role(Role::Banned), true),
        ("/both", with_role(Role::Editor), true),
        ("/both", with_role(Role::Viewer), false),
    ])
    .await;
}

#[tokio::test]
async fn a_permission_is_granted_directly_or_by_a_role() {
    check([
        ("/write", somebody().with_permissions(["post:write"]), true),
        ("/write", with_role(Role::Editor), true),
        ("/write", with_role(Role::Admin), true),
        ("/write", with_role(Role::Viewer), false),
        ("/delete", with_role(Role::Admin), false),
        (
            "/delete",
            somebody().with_permissions([Permission::PostDelete]),
            true,
        ),
        ("/change", with_role(Role::Editor), true),
        ("/change", somebody(), false),
    ])
    .await;
}

#[tokio::test]
async fn not_refuses_what_is_held() {
    check([
        ("/not-banned", with_role(Role::Viewer), true),
        (
            "/not-banned",
            somebody().with_roles([Role::Viewer, Role::Banned]),
            false,
        ),
        ("/not-banned", with_role(Role::Banned), false),
    ])
    .await;
}

#[tokio::test]
async fn a_scope_is_carried_by_name() {
    check([
        ("/scope", somebody().with_scopes(["posts:read"]), true),
        ("/scope", somebody().with_scopes(["posts"]), false),
        ("/scopes", somebody().with_scopes(["posts:read"]), false),
        (
            "/scopes",
            somebody().with_scopes(["posts:write", "posts:read"]),
            true,
        ),
    ])
    .await;
}

#[tokio::test]
async fn nesting_binds_as_it_is_written() {
    check([
        ("/mixed", with_role(Role::Editor), false),
        ("/mixed", with_role(Role::Editor).with_scopes(["mfa"]), true),
        ("/mixed", with_role(Role::Banned).with_scopes(["mfa"]), true),
        (
            "/mixed",
            with_role(Role::Viewer).with_scopes(["mfa"]),
            false,
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_claim_is_compared_with_its_type() {
    check([
        ("/gold", somebody().with("plan", "gold"), true),
        ("/gold", somebody().with("plan", "Gold"), false),
        ("/gold", somebody().with("plan", json!(["gold"])), false),
        ("/gold", somebody(), false),
        ("/tier", somebody().with("realm", json!({"tier": 3})), true),
        (
            "/tier",
            somebody().with("realm", json!({"tier": 3.0})),
            true,
        ),
        (
            "/tier",
            somebody().with("realm", json!({"tier": "3"})),
            false,
        ),
        ("/tier", somebody().with("realm.tier", 3), false),
        ("/tier", somebody().with("realm", 3), false),
        ("/level", somebody().with("level", -1), true),
        ("/level", somebody().with("level", u64::MAX), false),
        ("/score", somebody().with("score", 1.5), true),
        ("/score", somebody().with("score", 1), false),
        ("/beta", somebody().with("beta", true), true),
        ("/beta", somebody().with("beta", false), false),
        ("/beta", somebody().with("beta", 1), false),
        (
            "/verified",
            somebody().with("emailVerified", "2026-01-01"),
            true,
        ),
        (
            "/verified",
            somebody().with("emailVerified", json!(null)),
            false,
        ),
        ("/verified", somebody().with("emailVerified", false), false),
        ("/verified", somebody().with("emailVerified", 0), true),
        ("/verified", somebody(), false),
        (
            "/staff",
            somebody().with("groups", json!(["a", "staff"])),
            true,
        ),
        ("/staff", somebody().with("groups", json!(["a"])), false),
        ("/staff", somebody().with("groups", "staff"), false),
    ])
    .await;
}

#[tokio::test]
async fn what_nobody_knows_denies_also_under_not() {
    let viewer = || with_role(Role::Viewer);
    check([
        ("/not-suspended", viewer(), false),
        ("/not-suspended", viewer().with("suspended", true), false),
        ("/not-suspended", viewer().with("suspended", false), true),
        ("/not-free", viewer(), false),
        ("/not-free", viewer().with("plan", 3), false),
        ("/not-free", viewer().with("plan", "gold"), true),
    ])
    .await;
}

#[tokio::test]
async fn an_owner_is_the_user_of_the_path_byte_for_byte() {
    check([
        ("/users/7", somebody(), true),
        ("/users/8", somebody(), false),
        ("/users/07", somebody(), false),
        ("/users/%37", somebody(), true),
        ("/users/a%2Fb", User::new("a/b"), true),
        ("/users/%C3%A9", User::new("é"), true),
        ("/any/8", somebody(), false),
        ("/any/8", with_role(Role::Admin), true),
        ("/others/8", with_role(Role::Viewer), true),
        ("/others/7", with_role(Role::Viewer), false),
    ])
    .await;
}

#[tokio::test]
async fn a_function_sees_the_session() {
    check([
        ("/colleague", somebody().with_email("ada@example.org"), true),
        (
            "/colleague",
            somebody().with_email("ada@example.com"),
            false,
        ),
        ("/long", User::new("long enough"), true),
        ("/long", User::new("x"), false),
        (
            "/long",
            User::new("long enough").with_roles(["banned"]),
            false,
        ),
    ])
    .await;
}
