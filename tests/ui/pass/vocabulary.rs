//! Enums of roles and permissions, declared once; strings and paths, beside names of the user's own.

#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

use portcullis::{Auth, Permissions, Roles, Router, authorized, guard, routing::get};

#[derive(Clone, Copy, Debug, PartialEq, Roles)]
enum Role {
    #[role(implies(Editor), grants("user:write"))]
    SuperAdmin,
    #[role("post-editor", implies(Viewer), grants("post:write", "read-posts"))]
    Editor,
    Viewer,
}

/// What may be done.
#[derive(Clone, Copy, Debug, PartialEq, Permissions)]
pub enum Permission {
    /// Writing.
    #[permission("post:write")]
    WritePosts,
    /// Reading.
    ReadPosts,
    /// Ruling.
    #[permission("user:write")]
    WriteUsers,
}

portcullis::vocabulary! { permissions: Permission, roles: Role }

/// Not those of the language.
#[expect(
    non_camel_case_types,
    dead_code,
    reason = "names that expansions must not see"
)]
mod shadowing {
    pub(crate) struct str;
    pub(crate) struct String;
    pub(crate) enum Option {}
    pub(crate) fn assert() {}
}
#[expect(unused_imports, reason = "names that expansions must not see")]
use shadowing::*;

#[authorized(role = "super-admin")]
async fn by_name() {}

#[authorized(role = any(Role::SuperAdmin, "post-editor"), permission = Permission::WritePosts)]
async fn by_path() {}

mod nested {
    use portcullis::authorized;

    #[authorized(role = "viewer", permission = all("read-posts", "user:write"))]
    pub(super) async fn checked() {}
}

fn main() {
    let _: Router<Auth> = Router::new()
        .route("/name", get(by_name))
        .route("/path", get(by_path))
        .route("/nested", get(nested::checked));
    let _ = guard!(role = "viewer");

    assert_eq!(Role::SuperAdmin.to_string(), "super-admin");
    assert_eq!(format!("{:>12}|", Role::Viewer), "      viewer|");
    assert_eq!("post-editor".parse::<Role>().ok(), Some(Role::Editor));
    assert!("editor".parse::<Role>().is_err());
    assert_eq!(
        AsRef::<core::primitive::str>::as_ref(&Permission::ReadPosts),
        "read-posts"
    );
    assert_eq!(
        std::string::String::from(Permission::WriteUsers),
        "user:write"
    );
    assert_eq!(
        serde_json::to_string(&[Role::Editor]).unwrap(),
        r#"["post-editor"]"#
    );
    assert_eq!(
        serde_json::from_str::<Vec<Role>>(r#"["viewer"]"#).unwrap(),
        [Role::Viewer]
    );
    let unknown = serde_json::from_str::<Role>(r#""admin""#).unwrap_err();
    assert!(
        unknown
            .to_string()
            .contains("expected one of `super-admin`, `post-editor`, `viewer`")
    );
}
