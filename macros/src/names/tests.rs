//! What is said of enums of names, and what is made of them meanwhile.

use proptest::prelude::*;

use super::Kind;
use crate::pipeline;
use crate::tests::{messages, prefix, tokens};

const ROLES: &str = r#"
    enum Role {
        #[role(implies(Editor, Viewer))] Admin,
        #[role("post-editor", implies(Viewer), grants("post:write", "post:read"))] Editor,
        #[role("reader")] Viewer,
    }
"#;

fn said(expansion: proc_macro2::TokenStream) -> Vec<String> {
    let messages = messages(expansion);
    let first = |message: &String| message.lines().next().unwrap_or_default().to_owned();
    messages.iter().map(first).collect()
}

#[track_caller]
fn assert_roles(item: &str, expected: &[&str]) -> String {
    let expansion = pipeline::derive(Kind::Role, &tokens(item));
    let text = expansion.to_string();
    assert_eq!(said(expansion), expected, "{item}");
    text
}

#[test]
fn variants_have_names() {
    let expansion = assert_roles(ROLES, &[]);
    assert!(
        expansion.contains(r#"names : & ["admin" , "post-editor" , "reader"]"#),
        "{expansion}"
    );
    assert!(expansion.contains("[6u128 , 4u128 , 0u128]"), "{expansion}");
    for (variant, name) in [
        ("SuperAdmin", "super-admin"),
        ("HTTPClient", "http-client"),
        ("Level2Support", "level2-support"),
        ("r#Static", "static"),
        ("Post_Editor", "post-editor"),
        ("A", "a"),
        ("ÉditeurEnChef", "éditeur-en-chef"),
    ] {
        let expansion = assert_roles(&format!("enum Role {{ {variant} }}"), &[]);
        assert!(expansion.contains(&format!("[{name:?}]")), "{expansion}");
    }
}

#[test]
fn every_mistake_is_reported_and_the_enum_still_is_a_set_of_roles() {
    let expansion = assert_roles(
        r#"enum Role {
            #[role] Admin,
            #[role(implies(Viewr, "editor", Editor, Viewer, Viewer))] Editor = 3,
            #[role(name = "reader", grant("a"), grants(write, Permission::Read, "a", "a"))] Viewer(u8),
            #[role("admin", "root", implies)] Other,
            #[role("")] #[role(implies())] Last,
        }"#,
        &[
            "`#[role]` says nothing",
            "a role cannot have a number of its own",
            "expected the name of a variant",
            "`Viewer` is listed twice",
            "a role cannot hold fields",
            "a name is written by itself",
            "unknown argument `grant`",
            "`write` is not quoted",
            "expected the name of a permission",
            "`a` is listed twice",
            "the role has a name already",
            "`implies` takes a list in parentheses",
            "a role name cannot be empty",
            "`implies()` lists nothing",
            "role `admin` is already the name of `Admin`",
            "no variant named `Viewr`",
            "`Editor` implies itself",
        ],
    );
    assert!(expansion.contains("RoleSet for Role"), "{expansion}");
}

#[test]
fn only_a_plain_enum_is_a_set_of_names() {
    for (item, expected) in [
        ("struct Role;", "`#[derive(Roles)]` goes on an enum"),
        ("union Role { a: u8 }", "`#[derive(Roles)]` goes on an enum"),
        (
            "enum Role<T> { A(T) }",
            "an enum of roles cannot be generic",
        ),
        ("enum Role {}", "`Role` declares no role"),
        (
            "#[role(\"a\")] enum Role { A }",
            "`#[role(..)]` goes on a variant",
        ),
    ] {
        assert_roles(item, &[expected]);
    }
    let many: Vec<_> = (0..129).map(|role| format!("R{role}")).collect();
    assert_roles(
        &format!("enum Role {{ {} }}", many.join(", ")),
        &["`Role` has more than 128 roles"],
    );
}

#[test]
fn permissions_have_names_and_nothing_else() {
    let item = r#"enum Permission { #[permission("post:write")] WritePosts, #[permission(implies(WritePosts))] ReadPosts }"#;
    let expansion = pipeline::derive(Kind::Permission, &tokens(item));
    let text = expansion.to_string();
    assert_eq!(said(expansion), ["`implies` belongs in `#[role(..)]`"]);
    assert!(
        text.contains(r#"names : & ["post:write" , "read-posts"]"#),
        "{text}"
    );
}

#[test]
fn a_vocabulary_says_which_enums() {
    for (declared, expected) in [
        (
            "roles: Role, permissions: crate::names::Permission,",
            &[][..],
        ),
        ("permissions: Permission", &[]),
        ("", &["`vocabulary!` declares nothing"]),
        ("role: Role", &["unknown entry `role`"]),
        ("Role", &["unknown entry `Role`"]),
        ("roles", &["`roles` needs an enum"]),
        ("roles = Role", &["expected `:` after `roles`"]),
        (
            r#"roles: "admin", permissions: [A], roles: Role, 3"#,
            &[
                "`roles` takes the path of an enum",
                "`permissions` takes the path of an enum",
                "expected `roles` or `permissions`",
            ],
        ),
        ("roles: A, roles: B", &["`roles` is given twice"]),
    ] {
        let expansion = pipeline::vocabulary(tokens(declared));
        let text = expansion.to_string();
        assert_eq!(said(expansion), expected, "{declared}");
        assert!(text.contains("pub const vocabulary_belongs"), "{text}");
    }
}

proptest! {
    #[test]
    fn half_typed_enums_do_not_panic(mut length in 0_usize..70) {
        let expansion = pipeline::derive(Kind::Role, &prefix(tokens(ROLES), &mut length));
        prop_assert!(!expansion.to_string().contains("this is a bug"));
    }

    #[test]
    fn half_typed_vocabularies_do_not_panic(mut length in 0_usize..10) {
        let declared = tokens("roles: a::Role, permissions: b::Permission");
        let expansion = pipeline::vocabulary(prefix(declared, &mut length));
        prop_assert!(!expansion.to_string().contains("this is a bug"));
    }
}
